#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", scope = "reports:write", conceal))]
async fn purge() {}

fn main() {}
