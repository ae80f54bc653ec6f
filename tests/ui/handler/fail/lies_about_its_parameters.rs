#[path = "../../prelude.rs"]
mod prelude;

use std::future::{Ready, ready};

use authgate::routing::get;
use authgate::{Authorized, Gate, Router};
use axum::extract::Request;
use axum::response::Response;
use prelude::{User, role};

#[derive(Clone)]
struct Liar;

impl axum::handler::Handler<((), Authorized<role::Admin>), Gate<User>> for Liar {
    type Future = Ready<Response>;

    fn call(self, _: Request, _: Gate<User>) -> Ready<Response> {
        ready(Response::default())
    }
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/admin", get(Liar));
}
