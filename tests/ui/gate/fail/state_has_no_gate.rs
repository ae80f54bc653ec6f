#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Router};
use prelude::User;

#[derive(Clone)]
struct App;

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn main() {
    let _: axum::Router = Router::new().route("/me", get(me)).with_state(App);
}
