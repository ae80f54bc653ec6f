#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::routing::get;
use authgate::{Decision, Granted, Policy, Router};
use prelude::User;
use report::{App, CanEdit};

pub struct Invoice;

impl Policy<Invoice> for CanEdit {
    type Principal = User;

    fn decide(_: &User, _: &Invoice) -> Decision {
        Decision::Allow
    }
}

async fn edit(_: Granted<CanEdit, Invoice>) {}

fn main() {
    let _: Router<App> = Router::new().route("/invoices/{id}", get(edit));
}
