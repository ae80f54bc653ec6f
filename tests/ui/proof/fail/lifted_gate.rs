#[path = "../levels.rs"]
mod levels;

use authgate::Gate;
use levels::{High, Low};

fn lift(value: Gate<Low>) -> Gate<High> {
    value
}

fn main() {}
