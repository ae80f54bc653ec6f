#[path = "../levels.rs"]
mod levels;

use authgate::Any;
use levels::{High, Low, User};

fn lift(value: Any<(Low, User)>) -> Any<(High, User)> {
    value
}

fn main() {}
