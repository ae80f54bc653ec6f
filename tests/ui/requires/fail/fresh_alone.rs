#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(fresh = "5m")]
async fn purge() {}

fn main() {}
