#[path = "../../prelude.rs"]
mod prelude;
#[path = "../waiting.rs"]
mod waiting;

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Authorized, Router, requires};
use prelude::Role;
use waiting::{Active, App, MayExport};

#[requires(policy = Async<MayExport>)]
async fn export(by: Authorized<_>) -> String {
    by.sub.clone()
}

#[requires(policy = Active, any(role = "admin", policy = Async<MayExport>), fresh = "5m", conceal)]
async fn purge() {}

fn main() {
    let _: Router<App> = Router::new().route("/export", get(export).delete(purge));
}
