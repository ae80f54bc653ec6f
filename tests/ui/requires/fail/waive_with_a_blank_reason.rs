#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", waive = Active, reason = " ")]
async fn purge() {}

fn main() {}
