#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::{Listed, Visible};
use report::{CanRead, Report};

impl Listed for Report {
    type By = CanRead;
}

async fn list(_: Visible<Report>) {}

fn main() {}
