#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Loaded;
use report::Report;

fn forge() -> Loaded<Report> {
    Default::default()
}

fn main() {}
