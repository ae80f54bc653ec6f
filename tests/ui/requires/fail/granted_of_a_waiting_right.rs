#[path = "../../prelude.rs"]
mod prelude;
#[path = "../waiting.rs"]
mod waiting;

use authgate::resource::Async;
use authgate::{Granted, requires};
use waiting::MayExport;

struct Report;

#[requires(policy = Async<MayExport>)]
async fn export(_: Granted<_, Report>) {}

fn main() {}
