#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{Any, ConstStr, Waive};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

struct Why;

impl ConstStr for Why {
    const TEXT: &'static str = "viewers may";
}

async fn read(_: Authorized<Any<(role::Admin, Waive<role::Viewer, Why>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read));
}
