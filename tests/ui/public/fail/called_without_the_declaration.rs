use authgate::public;

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

async fn is_healthy() {
    assert_eq!(health().await, "ok");
}

fn main() {}
