#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(policy = CanEdit, on = Report, policy = CanEdit, on = Report))]
async fn edit(_: Granted<_, Report>) {}

fn main() {}
