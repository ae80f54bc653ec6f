#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::routing::get;
use authgate::{Granted, Router};
use axum::extract::State;
use report::{App, CanEdit, Report};

async fn edit(_: State<App>, _: Granted<CanEdit, Report>) {}

fn main() {
    let _: Router<App> = Router::new().route("/reports/{id}", get(edit));
}
