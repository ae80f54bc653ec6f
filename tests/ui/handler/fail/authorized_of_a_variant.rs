#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router};
use prelude::Role;
use prelude::User;

async fn report(admin: Authorized<Role::Admin>) -> String {
    admin.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(report));
}
