#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn main() {
    let routes: Router<Gate<User>> = Router::new().route("/me", get(me));
    let _: axum::Router<Gate<User>> = axum::Router::new().merge(routes);
}
