#[path = "../../prelude.rs"]
mod prelude;

use authgate::requires;
use prelude::{Role, Scope};

#[requires(role = "amdin", not(scope = "reports:write"))]
async fn purge() {}

fn main() {}
