#[path = "../../prelude.rs"]
mod prelude;

use authgate::scheme::{Bearer, Keys};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = Keys::hs256("a secret of at least 32 bytes, it is")?;
    let _ = Bearer::jwt(keys).issuer("https://issuer.example").issuer("https://other.example");
    Ok(())
}
