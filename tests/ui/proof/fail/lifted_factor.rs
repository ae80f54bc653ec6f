#[path = "../levels.rs"]
mod levels;

use authgate::right::Factor;
use levels::{High, Low};

fn lift(value: Factor<Low>) -> Factor<High> {
    value
}

fn main() {}
