#[path = "../levels.rs"]
mod levels;

use authgate::ProofRef;
use levels::{High, Low, User};

fn lift(proof: ProofRef<'_, Low, User>) -> ProofRef<'_, High, User> {
    proof
}

fn main() {}
