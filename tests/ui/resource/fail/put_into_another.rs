#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanEdit, Report};

fn put(mut checked: Granted<CanEdit, Report>, other: Report) -> Granted<CanEdit, Report> {
    *checked = other;
    checked
}

fn main() {}
