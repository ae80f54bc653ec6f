#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanEdit, Report};

fn save(_: Granted<CanEdit, Report>) {}

fn checked_one_and_saves_another(_: Granted<CanEdit, Report>, other: Report) {
    save(other);
}

fn main() {}
