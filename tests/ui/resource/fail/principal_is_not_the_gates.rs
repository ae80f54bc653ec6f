#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::routing::get;
use authgate::{Decision, Granted, Policy, Router};
use report::{App, Report};

#[derive(authgate::Principal)]
pub struct Machine {
    #[principal(id)]
    name: String,
}

pub struct CanPrint;

impl Policy<Report> for CanPrint {
    type Principal = Machine;

    fn decide(machine: &Machine, _: &Report) -> Decision {
        Decision::allow_if(machine.name == "printer")
    }
}

async fn print(_: Granted<CanPrint, Report>) {}

fn main() {
    let _: Router<App> = Router::new().route("/reports/{id}", get(print));
}
