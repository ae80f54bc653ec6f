#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use axum::extract::Path;
use prelude::{Role, User};

struct Api;

impl Api {
    #[requires(role = "admin")]
    async fn purge(&self) -> String {
        self.name()
    }

    fn name(&self) -> String {
        String::new()
    }
}

#[requires(role = "admin")]
async fn report(Path(id): Path<u64>, admin: Authorized<_>) -> String {
    format!("{id} {}", admin.sub)
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(Api::purge).post(report));
}
