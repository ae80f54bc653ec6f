#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(role = "admin", issuer = "https://a.example https://b.example")]
async fn purge() {}

fn main() {}
