#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Gate, Router};
use prelude::User;

fn main() {
    let _: Router<Gate<User>> = Router::new().nest("/files", axum::Router::new());
}
