#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(in = Org, any(role = "editor", role = "viewer"))]
async fn purge() {}

fn main() {}
