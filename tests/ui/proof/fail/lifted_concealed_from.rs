#[path = "../levels.rs"]
mod levels;

use authgate::{Authorized, ConcealedUnless};
use levels::{High, Low, User};

fn lift(proof: ConcealedUnless<Low, Authorized<User, User>>) -> ConcealedUnless<High, Authorized<User, User>> {
    proof
}

fn main() {}
