#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::VisibleList;
use report::Report;

async fn list(_: VisibleList<Report>) {}

fn main() {}
