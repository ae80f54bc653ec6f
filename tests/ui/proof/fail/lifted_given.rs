#[path = "../levels.rs"]
mod levels;

use authgate::{Authorized, Given};
use levels::{High, Low, User};

fn lift(proof: Given<Low, Authorized<User, User>>) -> Given<High, Authorized<User, User>> {
    proof
}

fn main() {}
