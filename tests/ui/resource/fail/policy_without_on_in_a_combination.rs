#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::right::Any;
use authgate::routing::get;
use authgate::{Granted, Router};
use prelude::{User, role};
use report::{App, CanEdit, Report};

async fn edit(_: Granted<Any<(role::Admin, CanEdit)>, Report, User>) {}

fn main() {
    let _ = Router::<App>::new().route("/reports/{id}", get(edit));
}
