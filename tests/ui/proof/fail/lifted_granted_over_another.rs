#[path = "../levels.rs"]
mod levels;

use authgate::Granted;
use levels::{High, Low, User};

fn lift(proof: Granted<User, Low, User>) -> Granted<User, High, User> {
    proof
}

fn main() {}
