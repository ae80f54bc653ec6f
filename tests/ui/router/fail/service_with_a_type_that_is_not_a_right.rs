#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Gate, Router};
use axum::routing::any;
use prelude::{Role, User};

fn main() {
    let files: axum::Router = axum::Router::new().fallback(any(|| async { "file" }));
    let _: Router<Gate<User>> = Router::new().route_service::<Role>("/files", files);
}
