#[path = "../levels.rs"]
mod levels;

use authgate::{Authorized, With};
use levels::{High, Low, User};

fn lift(proof: With<Low, Authorized<User, User>>) -> With<High, Authorized<User, User>> {
    proof
}

fn main() {}
