#[path = "../../prelude.rs"]
mod prelude;

use authgate::Gate;
use authgate::oauth::{AccessTokens, Dpop};
use prelude::User;

fn gate(tokens: &AccessTokens) -> Result<Gate<User>, authgate::ConfigError> {
    Gate::builder().scheme(Dpop::of(tokens).origin("https://api.example")).build()
}

fn main() {}
