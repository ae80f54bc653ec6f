#[path = "../../prelude.rs"]
mod prelude;
#[path = "../waiting.rs"]
mod waiting;

use authgate::routing::get;
use authgate::{Authorized, Router, requires};
use waiting::{App, MayExport};

#[requires(policy = MayExport)]
async fn export(_: Authorized<_>) {}

fn main() {
    let _: Router<App> = Router::new().route("/export", get(export));
}
