#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::{ConcealedFrom, Granted};
use report::{CanEdit, CanRead, Report};

fn put(mut checked: ConcealedFrom<CanRead, Granted<CanEdit, Report>>, other: Granted<CanEdit, Report>) -> ConcealedFrom<CanRead, Granted<CanEdit, Report>> {
    checked.proof = other;
    checked
}

fn main() {}
