#[path = "../levels.rs"]
mod levels;

use authgate::Authorized;
use authgate::resource::With;
use levels::{High, Low, User};

fn lift(proof: With<Low, Authorized<User, User>>) -> With<High, Authorized<User, User>> {
    proof
}

fn main() {}
