#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use axum::extract::State;
use prelude::User;

#[derive(Clone)]
struct Db;

// Without `FromRef`, the compiler assumes that the state is `Db`.
#[derive(Clone)]
struct App {
    gate: Gate<User>,
    db: Db,
}

async fn me(user: Authenticated<User>, State(_): State<Db>) -> String {
    user.sub.clone()
}

fn main() {
    let _: Router<App> = Router::new().route("/me", get(me));
}
