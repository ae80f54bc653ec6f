#[path = "../../prelude.rs"]
mod prelude;

use std::sync::Arc;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

struct App {
    name: String,
}

async fn report(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn main() {
    let _: Router<Arc<App>> = Router::new().route("/", get(report));
}
