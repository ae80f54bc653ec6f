#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, on = Report)]
async fn edit(report: Granted<_, Org>) {}

fn main() {}
