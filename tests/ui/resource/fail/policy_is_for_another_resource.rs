#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::CanEdit;

pub struct Invoice;

async fn edit(_: Granted<CanEdit, Invoice>) {}

fn main() {}
