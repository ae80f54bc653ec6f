#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "editor", not(role = "viewer"), in = Org)]
async fn purge() {}

fn main() {}
