//! The public keys as JWKs (RFC 7517), for libraries that accept no other format.

use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::keys::{EC, ED, RSA, SECRET};
use crate::tokens::Algorithm;

pub(crate) const KID: &str = "1";

pub(crate) fn jwk(algorithm: Algorithm) -> Value {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut jwk = match algorithm {
        Algorithm::HS256 => json!({ "kty": "oct", "k": text(SECRET) }),
        Algorithm::RS256 => {
            let key = RSA.public_key();
            let (n, e) = (key.modulus(), key.exponent());
            let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
            json!({ "kty": "RSA", "n": text(n), "e": text(e) })
        }
        Algorithm::ES256 => {
            // An uncompressed point: 4, x, y.
            let (x, y) = EC.public_key().as_ref()[1..].split_at(32);
            json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
        }
        Algorithm::EdDSA => {
            json!({ "kty": "OKP", "crv": "Ed25519", "x": text(ED.public_key().as_ref()) })
        }
    };
    jwk["alg"] = algorithm.name().into();
    jwk["kid"] = KID.into();
    jwk["use"] = "sig".into();
    jwk
}
