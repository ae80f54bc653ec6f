#[path = "../levels.rs"]
mod levels;

use authgate::Unauthenticated;
use levels::{High, Low};

fn lift(proof: Unauthenticated<Low>) -> Unauthenticated<High> {
    proof
}

fn main() {}
