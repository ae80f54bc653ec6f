#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

struct Report;

async fn me(_: Authenticated<User>) -> Report {
    Report
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/me", get(me));
}
