#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(policy = CanEdit, on = Report, policy = CanRead, on = Org))]
async fn edit(_: Granted<_, _>) {}

fn main() {}
