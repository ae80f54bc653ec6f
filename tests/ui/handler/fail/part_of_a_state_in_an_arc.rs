#[path = "../../prelude.rs"]
mod prelude;

use std::sync::Arc;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use axum::extract::{FromRef, State};
use prelude::User;

#[derive(Clone)]
struct Db {
    name: &'static str,
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    db: Db,
}

async fn report(user: Authenticated<User>, State(db): State<Db>) -> String {
    format!("{}{}", user.sub, db.name)
}

fn main() {
    let _: Router<Arc<App>> = Router::new().route("/", get(report));
}
