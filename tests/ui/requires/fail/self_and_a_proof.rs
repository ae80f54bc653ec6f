#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use prelude::{Role, User};

struct Api;

impl Api {
    #[requires(role = "admin")]
    async fn purge(&self, admin: Authorized<_>) -> String {
        self.name(&admin.sub)
    }

    fn name(&self, caller: &str) -> String {
        caller.to_owned()
    }
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(Api::purge));
}
