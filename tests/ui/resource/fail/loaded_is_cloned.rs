#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Loaded;
use report::Report;

fn twice(report: &Loaded<Report>) -> Loaded<Report> {
    report.clone()
}

fn main() {}
