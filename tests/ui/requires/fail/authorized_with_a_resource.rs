#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, on = Report)]
async fn edit(report: Authorized<_>) {}

fn main() {}
