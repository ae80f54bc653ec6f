#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Visible;
use report::Report;

async fn list(_: Visible<Report>) {}

fn main() {}
