#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Any, requires};
use prelude::{Role, role};

type Authorized<R> = authgate::Authorized<Any<(R, role::Viewer)>>;

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

fn main() {}
