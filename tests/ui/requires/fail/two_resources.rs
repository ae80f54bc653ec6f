#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, on = Report, policy = CanRead, on = Org)]
async fn purge() {}

fn main() {}
