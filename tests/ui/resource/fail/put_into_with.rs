#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::With;
use authgate::Granted;
use prelude::role;
use report::{CanEdit, Report};

fn put(mut checked: With<role::Editor, Granted<CanEdit, Report>>, other: Granted<CanEdit, Report>) -> With<role::Editor, Granted<CanEdit, Report>> {
    checked.proof = other;
    checked
}

fn main() {}
