#[path = "../levels.rs"]
mod levels;

use authgate::Roles;
use levels::{High, Low};

fn lift(value: Roles<Low>) -> Roles<High> {
    value
}

fn main() {}
