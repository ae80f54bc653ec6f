#[path = "../levels.rs"]
mod levels;

use authgate::right::All;
use levels::{High, Low, User};

fn lift(value: All<(Low, User)>) -> All<(High, User)> {
    value
}

fn main() {}
