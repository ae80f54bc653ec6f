#[path = "../levels.rs"]
mod levels;

use authgate::right::Via;
use levels::{High, Low};

fn lift(value: Via<Low>) -> Via<High> {
    value
}

fn main() {}
