#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Authorized, Either, Gate, Router};
use prelude::{User, role};

async fn upload(_: Either<Authorized<role::Admin>, Authenticated<User>>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/uploads", get(upload));
}
