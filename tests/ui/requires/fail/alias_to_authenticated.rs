#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authenticated, requires};
use prelude::{Role, User, role};

trait Ignored {
    type As;
}

impl<R> Ignored for R {
    type As = Authenticated<User>;
}

type Authorized<R> = <R as Ignored>::As;

#[requires(role = "admin", conceal)]
async fn purge(_: Authorized<_>) {}

fn main() {
    let _: Option<role::Admin> = None;
}
