use authgate::Gate;
use authgate::scheme::{Bearer, Keys};

#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    sub: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = Keys::hs256("a secret of at least 32 bytes, it is")?;
    let bearer = Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example");
    let _ = Gate::<User>::builder().scheme(bearer).build()?;
    Ok(())
}
