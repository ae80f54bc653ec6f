#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Granted, Router};
use prelude::User;
use report::{App, CanRead, Report};

async fn read(_: Granted<Async<CanRead>, Report, User>) {}

fn main() {
    let _: Router<App> = Router::new().route("/reports/{id}", get(read));
}
