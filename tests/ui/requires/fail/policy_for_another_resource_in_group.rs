#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", policy = Org, on = Report))]
async fn edit() {}

fn main() {}
