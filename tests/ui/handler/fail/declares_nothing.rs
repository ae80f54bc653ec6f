#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Gate, Router};
use axum::extract::Path;
use prelude::User;

async fn report(Path(id): Path<u64>) -> String {
    format!("report {id}")
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/reports/{id}", get(report));
}
