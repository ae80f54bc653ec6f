//! RSA and ECDSA by aws-lc-rs.

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};

use super::Problem;
use super::backend::{Prepared, Verify};
use super::material::Material;
use crate::jws::Algorithm;

pub(super) fn prepare(algorithm: Algorithm, material: &Material) -> Option<Result<Prepared, Problem>> {
    let (key, what) = match material {
        Material::Rsa { n, e } => {
            (RsaPublicKeyComponents { n, e }.to_parsed_public_key(rsa(algorithm)?), "not an RSA key")
        }
        Material::P256(point) => {
            (ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point), "not a point on its curve")
        }
        Material::P384(point) => {
            (ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point), "not a point on its curve")
        }
        Material::Ed25519(_) => return None,
    };
    Some(key.map(|key| Arc::new(key) as Prepared).map_err(|_| Problem::Broken { what }))
}

fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

impl Verify for ParsedPublicKey {
    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        self.verify_sig(signed, signature).is_ok()
    }
}
