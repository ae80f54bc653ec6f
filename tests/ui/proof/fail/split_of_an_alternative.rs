#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::Any;
use authgate::Authorized;
use prelude::{role, scope};

fn handler(somebody: Authorized<Any<(role::Editor, scope::WriteReports)>>) {
    let _ = somebody.split();
}

fn main() {
    let _ = handler;
}
