#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", fresh = 300)]
async fn purge() {}

fn main() {}
