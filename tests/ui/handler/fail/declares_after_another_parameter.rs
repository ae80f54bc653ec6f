#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router};
use axum::extract::Path;
use prelude::{User, role};

async fn report(Path(id): Path<u64>, admin: Authorized<role::Admin>) -> String {
    format!("report {id} for {}", admin.sub)
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/reports/{id}", get(report));
}
