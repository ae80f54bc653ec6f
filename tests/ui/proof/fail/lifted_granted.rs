#[path = "../levels.rs"]
mod levels;

use authgate::Granted;
use levels::{High, Low, User};

fn lift(proof: Granted<Low, User, User>) -> Granted<High, User, User> {
    proof
}

fn main() {}
