#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::post;
use authgate::{Gate, Router, Unauthenticated};
use prelude::User;

async fn sign_in(_: Unauthenticated<User>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/sign-in", post(sign_in));
}
