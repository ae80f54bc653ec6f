#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

struct NotFound;

async fn report(user: Authenticated<User>) -> Result<String, NotFound> {
    if user.sub.is_empty() { Err(NotFound) } else { Ok(user.sub.clone()) }
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(report));
}
