#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, principal = User)]
async fn edit() {}

fn route() -> authgate::Router<authgate::Gate<User>> {
    authgate::Router::new().route("/", authgate::routing::get(edit))
}

fn main() {}
