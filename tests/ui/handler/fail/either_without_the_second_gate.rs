#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Either, Gate, Router};
use prelude::User;

#[derive(authgate::Principal)]
pub struct Machine {
    #[principal(id)]
    serial: u64,
}

async fn upload(_: Either<Authenticated<User>, Authenticated<Machine>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/uploads", get(upload));
}
