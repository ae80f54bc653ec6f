#[path = "../levels.rs"]
mod levels;

use authgate::right::TenantRoles;
use levels::{High, Low};

fn lift(value: TenantRoles<Low>) -> TenantRoles<High> {
    value
}

fn main() {}
