#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::{Listable, VisibleList};
use report::{CanRead, Report};

impl Listable for Report {
    type By = CanRead;
}

async fn list(_: VisibleList<Report>) {}

fn main() {}
