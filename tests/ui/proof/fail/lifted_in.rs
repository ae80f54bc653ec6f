#[path = "../levels.rs"]
mod levels;

use authgate::right::In;
use levels::{High, Low, User};

fn lift(value: In<User, Low>) -> In<User, High> {
    value
}

fn main() {}
