//! A custom extractor with `jsonwebtoken`, compiled with two versions of that library.

mod twelve;
mod nine;

use crate::apps::App;

pub(crate) const NINE: App = App::new("by-hand-9", nine::extractor::router);
pub(crate) const TWELVE: App = App::new("by-hand-12", twelve::extractor::router);
