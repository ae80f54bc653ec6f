#[path = "../levels.rs"]
mod levels;

use authgate::Permissions;
use levels::{High, Low};

fn lift(value: Permissions<Low>) -> Permissions<High> {
    value
}

fn main() {}
