#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admn", scope = "reports:write"))]
async fn purge() {}

fn main() {}
