#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::{Filter, Listable, ListPolicy};
use authgate::{Decision, Policy};
use prelude::User;

pub struct Invoice;
pub struct CanSee;

impl Listable for Invoice {
    type By = CanSee;
}

impl ListPolicy<Invoice> for CanSee {
    type Principal = User;

    fn filter(_: &User) -> Filter<Invoice> {
        Filter::everything()
    }
}

impl Policy<Invoice> for CanSee {
    type Principal = User;

    fn decide(_: &User, _: &Invoice) -> Decision {
        Decision::Allow
    }
}

fn main() {}
