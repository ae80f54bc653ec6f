#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::On;
use authgate::right::Any;
use authgate::routing::get;
use authgate::{Granted, Router};
use prelude::{User, role};
use report::{App, Report};

struct Owns;

impl authgate::Policy<String> for Owns {
    type Principal = User;

    fn decide(_: &User, _: &String) -> authgate::Decision {
        authgate::Decision::Allow
    }
}

async fn edit(_: Granted<Any<(role::Admin, On<Owns>)>, Report, User>) {}

fn main() {
    let _ = Router::<App>::new().route("/reports/{id}", get(edit));
}
