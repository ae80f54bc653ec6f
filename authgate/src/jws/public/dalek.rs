//! Ed25519 (RFC 8032) by ed25519-dalek.

use std::sync::Arc;

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use super::Problem;
use super::backend::{Prepared, Verify};
use super::material::Material;
use crate::jws::Algorithm;

pub(super) fn prepare(algorithm: Algorithm, material: &Material) -> Option<Result<Prepared, Problem>> {
    let (Algorithm::EdDSA, Material::Ed25519(encoded)) = (algorithm, material) else { return None };
    Some(read(encoded).map(|key| Arc::new(key) as Prepared))
}

/// Parses a key in its canonical encoding (RFC 8032 section 5.1.3), so that one key has one value.
/// Rejects keys of small order, because some signatures are valid for every message under such a
/// key.
fn read(encoded: &[u8; 32]) -> Result<VerifyingKey, Problem> {
    let off_curve = Problem::Broken { what: "not a point on its curve" };
    let Ok(key) = VerifyingKey::from_bytes(encoded) else { return Err(off_curve) };
    if key.to_edwards().compress().as_bytes() != encoded {
        return Err(off_curve);
    }
    if key.is_weak() {
        return Err(Problem::Broken { what: "a point of small order, under which signatures can be forged" });
    }
    Ok(key)
}

impl Verify for VerifyingKey {
    /// Verifies without the cofactor, which RFC 8032 section 5.1.7 permits. `S` must be in range,
    /// as that section requires.
    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.verify(signed, &signature).is_ok())
    }
}
