#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use axum::Json;
use axum::extract::Path;
use prelude::User;

async fn report(user: Authenticated<User>, Json(names): Json<Vec<String>>, Path(id): Path<u64>) -> String {
    format!("{} {id} {}", user.sub, names.len())
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/reports/{id}", get(report));
}
