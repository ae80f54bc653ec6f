#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Concealed;
use authgate::Granted;
use report::{CanEdit, Report};

fn put(mut checked: Concealed<Granted<CanEdit, Report>>, other: Granted<CanEdit, Report>) -> Concealed<Granted<CanEdit, Report>> {
    checked.proof = other;
    checked
}

fn main() {}
