#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", all(scope = "reports:write", role = "admin"))]
async fn purge() {}

fn main() {}
