#[path = "../levels.rs"]
mod levels;

use authgate::By;
use levels::{High, Low, User};

fn lift(proof: By<'_, Low, User>) -> By<'_, High, User> {
    proof
}

fn main() {}
