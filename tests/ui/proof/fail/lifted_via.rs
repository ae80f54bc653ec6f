#[path = "../levels.rs"]
mod levels;

use authgate::right::ViaScheme;
use levels::{High, Low};

fn lift(value: ViaScheme<Low>) -> ViaScheme<High> {
    value
}

fn main() {}
