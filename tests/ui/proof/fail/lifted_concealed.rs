#[path = "../levels.rs"]
mod levels;

use authgate::Authorized;
use authgate::resource::Concealed;
use levels::{High, Low, User};

fn lift(proof: Concealed<Authorized<Low, User>>) -> Concealed<Authorized<High, User>> {
    proof
}

fn main() {}
