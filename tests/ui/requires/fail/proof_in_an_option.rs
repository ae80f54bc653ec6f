#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Denial, Gate, Router, requires};
use prelude::{Role, User};

#[requires(role = "admin")]
async fn purge(admin: Option<Authorized<_>>) -> String {
    admin.map_or_else(String::new, |admin| admin.sub.clone())
}

#[requires(role = "admin")]
async fn report(admin: Result<Authorized<_>, Denial>) -> String {
    admin.map_or_else(|_| String::new(), |admin| admin.sub.clone())
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(report).delete(purge));
}
