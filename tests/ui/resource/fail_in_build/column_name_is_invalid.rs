#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::Column;
use report::Report;

pub const OWNER: Column<Report> = Column::new("owner = ''", |report| report.owner.as_str().into());

fn main() {
    let _ = OWNER;
}
