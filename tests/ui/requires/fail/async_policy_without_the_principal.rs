#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

use authgate::requires;
use authgate::resource::Async;
use report::{CanAsk, Report};

#[requires(policy = Async<CanAsk>, on = Report)]
async fn ask() {}

fn main() {}
