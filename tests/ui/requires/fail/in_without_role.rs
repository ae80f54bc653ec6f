#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(scope = "reports:write", in = Org)]
async fn purge() {}

fn main() {}
