#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

use authgate::requires;
use report::{CanEdit, CanRead, Report};

trait Ignored {
    type As;
}

impl<R> Ignored for R {
    type As = CanRead;
}

type Granted<R, T> = authgate::Granted<<R as Ignored>::As, T>;

#[requires(policy = CanEdit, on = Report)]
async fn edit(report: Granted<CanEdit, Report>) -> String {
    report.title.clone()
}

fn main() {}
