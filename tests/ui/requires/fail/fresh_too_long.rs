#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", fresh = "999999999999999999d")]
async fn purge() {}

fn main() {}
