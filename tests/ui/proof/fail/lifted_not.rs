#[path = "../levels.rs"]
mod levels;

use authgate::right::Not;
use levels::{High, Low};

fn lift(value: Not<Low>) -> Not<High> {
    value
}

fn main() {}
