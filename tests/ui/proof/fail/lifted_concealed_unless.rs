#[path = "../levels.rs"]
mod levels;

use authgate::Authorized;
use authgate::resource::ConcealedUnless;
use levels::{High, Low, User};

fn lift(proof: ConcealedUnless<Low, Authorized<User, User>>) -> ConcealedUnless<High, Authorized<User, User>> {
    proof
}

fn main() {}
