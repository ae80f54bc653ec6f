#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::ConcealedUnless;
use authgate::Granted;
use report::{CanEdit, CanRead, Report};

fn put(mut checked: ConcealedUnless<CanRead, Granted<CanEdit, Report>>, other: Granted<CanEdit, Report>) -> ConcealedUnless<CanRead, Granted<CanEdit, Report>> {
    checked.proof = other;
    checked
}

fn main() {}
