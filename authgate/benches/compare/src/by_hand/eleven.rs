//! Version 11, which verifies with aws-lc.

use jsonwebtoken11 as jsonwebtoken;

#[path = "extractor.rs"]
#[allow(clippy::duplicate_mod, reason = "the other has another version")]
pub(super) mod extractor;
