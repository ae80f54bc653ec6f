#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Gate, Granted, Router};
use axum::extract::FromRef;
use prelude::User;
use report::{CanAsk, Report};

#[derive(Clone, FromRef)]
struct Other {
    gate: Gate<User>,
}

impl authgate::Resource<Other> for Report {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: u64, _: &Other) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

async fn ask(_: Granted<Async<CanAsk>, Report, User>) {}

fn main() {
    let _: Router<Other> = Router::new().route("/reports/{id}", get(ask));
}
