#[path = "../levels.rs"]
mod levels;

use authgate::right::Any;
use levels::{High, Low, User};

fn lift(value: Any<(Low, User)>) -> Any<(High, User)> {
    value
}

fn main() {}
