#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", policy = "active")]
async fn purge() {}

fn main() {}
