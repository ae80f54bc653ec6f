#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::{Authenticated, Granted};
use prelude::User;
use report::{CanEdit, Report};

fn forge(resource: Report, caller: Authenticated<User>) -> Granted<CanEdit, Report> {
    Granted { resource, caller: std::sync::Arc::new(caller), invariant: std::marker::PhantomData }
}

fn main() {}
