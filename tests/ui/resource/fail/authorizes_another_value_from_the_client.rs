#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::{Denial, Granted};
use report::{CanEdit, CanRead, Report};

fn grant(read: &Granted<CanRead, Report>, sent: Report) -> Result<Granted<CanEdit, Report>, Denial> {
    read.authorize_on::<CanEdit, _>(sent)
}

fn main() {}
