use authgate::scheme::{Bearer, Keys};

struct List;

fn main() {
    let _: Bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, it is").unwrap())
        .issuer("https://issuer.example")
        .audience("https://api.example")
        .revoked_by(List);
}
