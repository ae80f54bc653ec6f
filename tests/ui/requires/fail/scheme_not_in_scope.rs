include!("../../prelude.rs");

use authgate::requires;

#[requires(role = "admin", scheme = Bearer)]
async fn purge() {}

fn main() {}
