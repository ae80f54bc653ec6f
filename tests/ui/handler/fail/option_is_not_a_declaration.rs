#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or("hello".into(), |user| user.sub.clone())
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(greet));
}
