use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};

#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    sub: String,
}

#[requires(scope = "reports:write")]
async fn publish(writer: Authorized<_>) -> String {
    writer.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(publish));
}
