#[path = "../../prelude.rs"]
mod prelude;

use authgate::Gate;
use authgate::scheme::{Bearer, Keys};
use prelude::User;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = Gate::<User>::builder().scheme(Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, it is")?)).build()?;
    Ok(())
}
