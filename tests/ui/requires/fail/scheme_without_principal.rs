include!("../../prelude.rs");

use authgate::requires;

#[requires(scheme = authgate::scheme::Bearer)]
async fn purge() {}

fn main() {}
