#[path = "../levels.rs"]
mod levels;

use authgate::Visible;
use authgate::visible::Listed;
use levels::{High, Low, User};

struct Row;

impl Listed for Row {
    type By = Low;
}

fn lift(list: Visible<Row, Low, User>) -> Visible<Row, High, User> {
    list
}

fn main() {}
