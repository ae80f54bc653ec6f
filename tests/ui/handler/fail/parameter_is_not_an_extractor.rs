#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

struct Settings;

async fn me(user: Authenticated<User>, _: Settings) -> String {
    user.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/me", get(me));
}
