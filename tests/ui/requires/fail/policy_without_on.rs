#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit)]
async fn edit() {}

fn main() {}
