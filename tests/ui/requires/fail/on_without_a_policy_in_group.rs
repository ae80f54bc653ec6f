#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", on = Report))]
async fn edit(_: Granted<_, Report>) {}

fn main() {}
