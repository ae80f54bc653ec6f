#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", policy = CanEdit, on = Report))]
async fn edit(_: Authorized<role::Admin>) {}

fn main() {}
