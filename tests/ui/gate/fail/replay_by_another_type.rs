use authgate::oauth::{AccessTokens, Dpop};

fn scheme(tokens: &AccessTokens) -> Dpop {
    Dpop::of(tokens).origin("https://api.example").replay(std::collections::HashSet::<[u8; 32]>::new())
}

fn main() {}
