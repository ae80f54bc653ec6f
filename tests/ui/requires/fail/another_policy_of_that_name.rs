#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

mod lax {
    pub use crate::report::CanRead as CanEdit;
}

use authgate::{Granted, requires};
use report::{CanEdit, Report};

#[requires(policy = CanEdit, on = Report, conceal)]
async fn edit(report: Granted<lax::CanEdit, Report>) -> String {
    report.title.clone()
}

fn main() {}
