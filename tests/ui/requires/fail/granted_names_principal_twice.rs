#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, on = Report, principal = User)]
async fn edit(report: Granted<_, _, User>) {}

fn main() {}
