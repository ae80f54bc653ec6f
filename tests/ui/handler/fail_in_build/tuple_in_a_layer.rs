#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

use authgate::{Granted, Router, routing::get};
use axum::handler::Handler as _;
use report::{App, CanEdit, CanRead, Report};
use tower::layer::layer_fn;

async fn copy(_: (Granted<CanRead, Report>, Granted<CanEdit, Report>)) {}

fn main() {
    let _: Router<App> = Router::new().route("/{from}/{to}", get(copy.layer(layer_fn(|inner| inner))));
}
