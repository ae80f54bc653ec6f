#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{Acr, All, ConstStr};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

struct Blank;

impl ConstStr for Blank {
    const TEXT: &'static str = "";
}

async fn read(_: Authorized<All<(role::Viewer, Acr<Blank>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read));
}
