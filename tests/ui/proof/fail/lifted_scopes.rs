#[path = "../levels.rs"]
mod levels;

use authgate::Scopes;
use levels::{High, Low};

fn lift(value: Scopes<Low>) -> Scopes<High> {
    value
}

fn main() {}
