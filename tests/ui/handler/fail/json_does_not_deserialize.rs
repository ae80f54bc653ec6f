#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use axum::Json;
use prelude::User;

struct Patch {
    title: String,
}

async fn report(_: Authenticated<User>, Json(patch): Json<Patch>) -> String {
    patch.title
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(report));
}
