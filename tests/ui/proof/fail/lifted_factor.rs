#[path = "../levels.rs"]
mod levels;

use authgate::Factor;
use levels::{High, Low};

fn lift(value: Factor<Low>) -> Factor<High> {
    value
}

fn main() {}
