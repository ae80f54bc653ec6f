//! Version 9, which verifies with ring.

use jsonwebtoken9 as jsonwebtoken;

#[path = "extractor.rs"]
pub(super) mod extractor;
