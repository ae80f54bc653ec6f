#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{All, ConstStr, Waive};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

struct Why;

impl ConstStr for Why {
    const TEXT: &'static str = concat!(" ", "\u{200b}");
}

async fn sign_out(_: Authorized<All<(role::Viewer, Waive<role::Admin, Why>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(sign_out));
}
