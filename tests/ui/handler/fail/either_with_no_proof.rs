#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Either, Gate, Router};
use axum::extract::Path;
use prelude::User;

async fn upload(_: Either<Authenticated<User>, Path<u64>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/uploads/{id}", get(upload));
}
