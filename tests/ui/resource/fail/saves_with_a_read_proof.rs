#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanEdit, CanRead, Report};

fn save(_: Granted<CanEdit, Report>) {}

fn read_only(report: Granted<CanRead, Report>) {
    save(report);
}

fn main() {}
