#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", any(scope = "reports:write"))]
async fn purge() {}

fn main() {}
