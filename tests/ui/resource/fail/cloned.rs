#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanEdit, Report};

fn keep(report: &Granted<CanEdit, Report>) -> Granted<CanEdit, Report> {
    report.clone()
}

fn main() {}
