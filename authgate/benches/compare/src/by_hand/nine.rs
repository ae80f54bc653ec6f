//! With version 9, which verifies by ring.

use jsonwebtoken9 as jsonwebtoken;

#[path = "extractor.rs"]
pub(super) mod extractor;
