#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{Acr, All};
use authgate::{Authorized, Gate, Router};
use authgate::routing::get;
use prelude::{User, role};

struct Gold;

async fn pay(_: Authorized<All<(role::Admin, Acr<Gold>)>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(pay));
}
