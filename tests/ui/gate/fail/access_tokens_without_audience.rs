use authgate::oauth::AccessTokens;
use authgate::scheme::{Bearer, Issuer};

fn main() {
    let tokens = AccessTokens::from(Issuer::discover("https://id.example"));
    let _ = Bearer::of(&tokens);
}
