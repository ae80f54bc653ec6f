#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", policy = CanEdit))]
async fn edit() {}

fn main() {}
