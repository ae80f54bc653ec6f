#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, conceal, on = Report)]
async fn purge() {}

fn main() {}
