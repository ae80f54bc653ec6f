#[path = "../levels.rs"]
mod levels;

use authgate::right::Waive;
use levels::{High, Low, User};

fn lift(value: Waive<Low, User>) -> Waive<High, User> {
    value
}

fn main() {}
