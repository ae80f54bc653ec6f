#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Loaded;
use report::Report;

fn forge(value: Report) -> Loaded<Report> {
    Loaded { value }
}

fn main() {}
