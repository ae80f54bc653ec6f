#[path = "../levels.rs"]
mod levels;

use authgate::{Authorized, ConcealedFrom};
use levels::{High, Low, User};

fn lift(proof: ConcealedFrom<Low, Authorized<User, User>>) -> ConcealedFrom<High, Authorized<User, User>> {
    proof
}

fn main() {}
