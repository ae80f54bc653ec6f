#[path = "../../prelude.rs"]
mod prelude;
#[path = "../waiting.rs"]
mod waiting;

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Authorized, Router, requires};
use waiting::{Active, App};

#[requires(policy = Async<Active>)]
async fn export(_: Authorized<_>) {}

fn main() {
    let _: Router<App> = Router::new().route("/export", get(export));
}
