#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Any, Authorized, Gate, Not, Router, routing::get};
use prelude::{User, role};

async fn read(_: Authorized<Any<(role::Viewer, Not<role::Admin>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read));
}
