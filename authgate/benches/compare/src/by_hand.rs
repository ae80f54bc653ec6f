//! A custom extractor with `jsonwebtoken`, compiled with two versions of that library.

mod eleven;
mod nine;

use crate::apps::App;

pub(crate) const NINE: App = App::new("by-hand-9", nine::extractor::router);
pub(crate) const ELEVEN: App = App::new("by-hand-11", eleven::extractor::router);
