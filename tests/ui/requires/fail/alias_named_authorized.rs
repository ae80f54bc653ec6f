#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::Any;
use authgate::requires;
use prelude::{Role, role};

type Authorized<R> = authgate::Authorized<Any<(R, role::Viewer)>>;

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

fn main() {}
