//! RSA and ECDSA in pure Rust, by the crates of `RustCrypto`.

use std::marker::PhantomData;
use std::sync::Arc;

use ed25519_dalek::Verifier;
use rsa::{BoxedUint, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};

use super::Problem;
use super::backend::{Prepared, Verify};
use super::material::Material;
use crate::jws::Algorithm;

pub(super) fn prepare(algorithm: Algorithm, material: &Material) -> Option<Result<Prepared, Problem>> {
    match material {
        Material::Rsa { n, e } => rsa(algorithm, n, e).transpose(),
        Material::P256(point) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            Some(key.map(By::<_, p256::ecdsa::Signature>::prepared).map_err(off_curve))
        }
        Material::P384(point) => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point);
            Some(key.map(By::<_, p384::ecdsa::Signature>::prepared).map_err(off_curve))
        }
        Material::Ed25519(_) => None,
    }
}

fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Option<Prepared>, Problem> {
    let key = rsa::PublicKey::new(BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e))
        .map_err(|_| Problem::Broken { what: "not an RSA key" })?;
    Ok(Some(match algorithm {
        Algorithm::RS256 => {
            By::<_, pkcs1v15::Signature>::prepared(pkcs1v15::VerifyingKey::<Sha256>::new(key))
        }
        Algorithm::RS384 => {
            By::<_, pkcs1v15::Signature>::prepared(pkcs1v15::VerifyingKey::<Sha384>::new(key))
        }
        Algorithm::RS512 => {
            By::<_, pkcs1v15::Signature>::prepared(pkcs1v15::VerifyingKey::<Sha512>::new(key))
        }
        // The salt is as long as the hash (RFC 7518 section 3.5).
        Algorithm::PS256 => By::<_, pss::Signature>::prepared(pss::VerifyingKey::<Sha256>::new(key)),
        Algorithm::PS384 => By::<_, pss::Signature>::prepared(pss::VerifyingKey::<Sha384>::new(key)),
        Algorithm::PS512 => By::<_, pss::Signature>::prepared(pss::VerifyingKey::<Sha512>::new(key)),
        _ => return Ok(None),
    }))
}

fn off_curve<E>(_: E) -> Problem {
    Problem::Broken { what: "not a point on its curve" }
}

/// A key and the type of its signatures.
struct By<K, S>(K, PhantomData<fn() -> S>);

impl<K, S> By<K, S>
where
    Self: Verify + 'static,
{
    fn prepared(key: K) -> Prepared {
        Arc::new(Self(key, PhantomData))
    }
}

impl<K, S> Verify for By<K, S>
where
    K: Verifier<S> + Send + Sync,
    S: for<'a> TryFrom<&'a [u8]>,
{
    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        S::try_from(signature).is_ok_and(|signature| self.0.verify(signed, &signature).is_ok())
    }
}
