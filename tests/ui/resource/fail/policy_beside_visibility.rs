#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::visible::{Filter, Listed, Visibility};
use authgate::{Decision, Policy};
use prelude::User;

pub struct Invoice;
pub struct CanSee;

impl Listed for Invoice {
    type By = CanSee;
}

impl Visibility<Invoice> for CanSee {
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
