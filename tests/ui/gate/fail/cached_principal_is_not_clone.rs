#[path = "../../prelude.rs"]
mod prelude;

use authgate::Gate;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Keys};
use prelude::User;

fn main() {
    let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, it is").unwrap())
        .issuer("https://issuer.example")
        .audience("https://api.example");
    let _ = Gate::<User>::builder().scheme(bearer.cached(CacheSize::mebibytes(16)));
}
