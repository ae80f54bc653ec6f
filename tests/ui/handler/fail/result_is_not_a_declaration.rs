#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Denial, Gate, Router};
use prelude::User;

async fn report(user: Result<Authenticated<User>, Denial>) -> String {
    user.map_or_else(|_| "hello".into(), |user| user.sub.clone())
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(report));
}
