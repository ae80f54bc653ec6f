#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin")]
async fn edit(report: Granted<_, _>) {}

fn main() {}
