#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Acr, All, Authorized, Gate, Router, routing::get};
use prelude::{User, role};

struct Gold;

async fn pay(_: Authorized<All<(role::Admin, Acr<Gold>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(pay));
}
