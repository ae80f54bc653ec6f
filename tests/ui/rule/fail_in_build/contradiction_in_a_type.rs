#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{All, Not};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

async fn purge(_: Authorized<All<(role::Admin, Not<role::Viewer>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(purge));
}
