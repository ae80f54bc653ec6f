include!("../../prelude.rs");

use authgate::requires;

#[requires(role = "admin", scheme = authgate::scheme::Bearer, scheme = authgate::scheme::Bearer)]
async fn purge() {}

fn main() {}
