//! Version 12, which verifies with aws-lc.

use jsonwebtoken12 as jsonwebtoken;

#[path = "extractor.rs"]
#[allow(clippy::duplicate_mod, reason = "the other has another version")]
pub(super) mod extractor;

fn secret(secret: &[u8]) -> jsonwebtoken::DecodingKey {
    jsonwebtoken::DecodingKey::from_secret(secret).expect("a secret")
}
