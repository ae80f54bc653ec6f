//! What people write by hand over `jsonwebtoken`: the same extractor with two versions of it.

mod eleven;
mod nine;

use crate::apps::App;

pub(crate) const NINE: App = App::new("by-hand-9", nine::extractor::router);
pub(crate) const ELEVEN: App = App::new("by-hand-11", eleven::extractor::router);
