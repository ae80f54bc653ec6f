include!("../../prelude.rs");

use authgate::requires;

struct NoScheme;

#[requires(role = "admin", scheme = NoScheme)]
async fn purge() {}

fn main() {
    let _ = authgate::Router::<authgate::Gate<User>>::new().route("/", authgate::routing::get(purge));
}
