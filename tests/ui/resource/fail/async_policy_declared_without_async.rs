#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use report::{CanAsk, Report};

async fn ask(_: Granted<CanAsk, Report>) {}

fn main() {}
