#[path = "../levels.rs"]
mod levels;

use authgate::Authenticated;
use levels::{High, Low};

fn lift(proof: Authenticated<Low>) -> Authenticated<High> {
    proof
}

fn main() {}
