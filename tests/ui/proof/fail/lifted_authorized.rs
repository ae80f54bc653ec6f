#[path = "../levels.rs"]
mod levels;

use authgate::Authorized;
use levels::{High, Low, User};

fn lift(proof: Authorized<Low, User>) -> Authorized<High, User> {
    proof
}

fn main() {}
