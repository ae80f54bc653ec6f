//! Version 9, which verifies with ring.

use jsonwebtoken9 as jsonwebtoken;

#[path = "extractor.rs"]
pub(super) mod extractor;

fn secret(secret: &[u8]) -> jsonwebtoken::DecodingKey {
    jsonwebtoken::DecodingKey::from_secret(secret)
}
