#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(not(not(not(not(not(not(not(not(not(role = "admin"))))))))))]
async fn purge() {}

fn main() {}
