#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::routing::get;
use authgate::{Authorized, Granted, Router};
use prelude::role;
use report::{App, CanEdit, Report};

async fn edit((_, _): (Authorized<role::Editor>, Granted<CanEdit, Report>)) {}

fn main() {
    let _: Router<App> = Router::new().route("/reports/{id}", get(edit));
}
