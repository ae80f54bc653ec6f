#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::{Given, Granted};
use prelude::role;
use report::{CanEdit, Report};

fn put(mut checked: Given<role::Editor, Granted<CanEdit, Report>>, other: Granted<CanEdit, Report>) -> Given<role::Editor, Granted<CanEdit, Report>> {
    checked.proof = other;
    checked
}

fn main() {}
