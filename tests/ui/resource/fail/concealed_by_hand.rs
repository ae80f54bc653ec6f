#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Concealed;
use authgate::Granted;
use report::{CanEdit, Report};

fn forge(proof: Granted<CanEdit, Report>) -> Concealed<Granted<CanEdit, Report>> {
    Concealed { proof }
}

fn main() {}
