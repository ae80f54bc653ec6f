#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admn", not(scope = "reports:write"))]
async fn purge() {}

fn main() {}
