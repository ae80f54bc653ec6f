#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::Related;
use report::Report;

pub const SHARED: Related<Report> = Related::new("shares", "report", "id", "reader", |_| Vec::new());

fn main() {
    let _ = SHARED;
}
