#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanEdit, Report};

pub struct Patch;

fn edit(report: Granted<CanEdit, Report>) -> Granted<CanEdit, Report> {
    report.edit(Patch)
}

fn main() {}
