#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::Any;
use authgate::{Authorized, Proof};
use prelude::{role, scope};

fn publish(_: &impl Proof<role::Editor>) {}

fn handler(somebody: Authorized<Any<(role::Editor, scope::WriteReports)>>) {
    publish(&somebody);
}

fn main() {
    let _ = handler;
}
