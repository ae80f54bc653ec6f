#![allow(unused)]
include!("../../prelude.rs");
include!("../rules.rs");

use authgate::{Authorized, Granted, requires};

#[requires(policy = CanEdit, on = Report, conceal)]
async fn edit(report: authgate::resource::Concealed<Granted<CanEdit, Report>>) {}

fn main() {}
