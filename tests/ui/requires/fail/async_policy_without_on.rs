#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

use authgate::resource::Async;
use authgate::{Authorized, requires};
use report::CanAsk;

#[requires(policy = Async<CanAsk>)]
async fn ask(_: Authorized<_>) {}

fn main() {}
