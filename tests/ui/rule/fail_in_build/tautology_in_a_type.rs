#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{Any, Not};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

async fn read(_: Authorized<Any<(role::Viewer, Not<role::Admin>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read));
}
