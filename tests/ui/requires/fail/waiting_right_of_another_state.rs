#[path = "../../prelude.rs"]
mod prelude;
#[path = "../waiting.rs"]
mod waiting;

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use prelude::User;
use waiting::MayExport;

#[requires(policy = Async<MayExport>)]
async fn export(_: Authorized<_>) {}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/export", get(export));
}
