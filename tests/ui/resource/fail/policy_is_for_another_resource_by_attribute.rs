#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::requires;
use report::CanEdit;

pub struct Invoice;

#[requires(policy = CanEdit, on = Invoice)]
async fn edit() {}

fn main() {}
