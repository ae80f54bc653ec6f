#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(policy = CanEdit, on = Report, all(role = "viewer", not(role = "viewer"))))]
async fn edit() {}

fn main() {}
