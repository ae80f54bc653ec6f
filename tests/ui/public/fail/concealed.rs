#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

use authgate::resource::Concealed;
use authgate::{Granted, public};
use report::{CanEdit, Report};

#[public(reason = "load balancer probe")]
async fn health(_: Concealed<Granted<CanEdit, Report>>) {}

fn main() {}
