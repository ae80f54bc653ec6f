#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::Granted;
use authgate::resource::Async;
use report::{CanAsk, Report};

async fn ask(_: Granted<Async<CanAsk>, Report>) {}

fn main() {}
