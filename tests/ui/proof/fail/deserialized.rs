#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authenticated;
use prelude::User;

fn main() -> Result<(), serde_json::Error> {
    let _: Authenticated<User> = serde_json::from_str("{}")?;
    Ok(())
}
