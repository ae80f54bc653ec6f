#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(any(role = "admin", scope = "reports:write", principal = User))]
async fn purge() {}

fn main() {}
