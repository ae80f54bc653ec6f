#[path = "../levels.rs"]
mod levels;

use authgate::right::Acr;
use levels::{High, Low};

fn lift(value: Acr<Low>) -> Acr<High> {
    value
}

fn main() {}
