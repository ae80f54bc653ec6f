#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", scope = "reports:write", waive = Active, reason = "signs out"))]
async fn purge() {}

fn main() {}
