#[path = "../levels.rs"]
mod levels;

use authgate::visible::{Listable, VisibleList};
use levels::{High, Low, User};

struct Row;

impl Listable for Row {
    type By = Low;
}

fn lift(list: VisibleList<Row, Low, User>) -> VisibleList<Row, High, User> {
    list
}

fn main() {}
