use authgate::{Router, public, routing::get};

#[public(reason = "\u{3164}")]
async fn health() {}

fn main() {
    let _: Router = Router::new().route("/health", get(health));
}
