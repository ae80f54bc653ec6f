//! Fresh keys for every algorithm: the signing side, and the keys for the application.

use authgate::scheme::{Algorithm, Keys};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::raw::{base64url, signed_by};

/// Returns every algorithm.
pub(crate) fn algorithms() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied()
}

/// The keys of one party, one of each type. All RSA algorithms share a key, and all HMAC algorithms
/// share a secret.
pub(crate) struct Signer {
    secret: [u8; 64],
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

impl Signer {
    /// Generates new keys.
    pub(crate) fn new() -> Self {
        let mut secret = [0; 64];
        aws_lc_rs::rand::fill(&mut secret).expect("random");
        let curve = |rule: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::generate(rule).expect("a key");
        Self {
            secret,
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            p256: curve(&ECDSA_P256_SHA256_FIXED_SIGNING),
            p384: curve(&ECDSA_P384_SHA384_FIXED_SIGNING),
            ed25519: Ed25519KeyPair::generate().expect("a key"),
        }
    }

    pub(crate) fn sign(&self, algorithm: Algorithm, bytes: &[u8]) -> Vec<u8> {
        let hmac = |hash| hmac::sign(&hmac::Key::new(hash, &self.secret), bytes).as_ref().to_vec();
        let rsa = |rule| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(rule, &SystemRandom::new(), bytes, &mut signature).expect("signs");
            signature
        };
        let curve =
            |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), bytes).expect("signs").as_ref().to_vec();
        match algorithm {
            Algorithm::HS256 => hmac(hmac::HMAC_SHA256),
            Algorithm::HS384 => hmac(hmac::HMAC_SHA384),
            Algorithm::HS512 => hmac(hmac::HMAC_SHA512),
            Algorithm::RS256 => rsa(&signature::RSA_PKCS1_SHA256),
            Algorithm::RS384 => rsa(&signature::RSA_PKCS1_SHA384),
            Algorithm::RS512 => rsa(&signature::RSA_PKCS1_SHA512),
            Algorithm::PS256 => rsa(&signature::RSA_PSS_SHA256),
            Algorithm::PS384 => rsa(&signature::RSA_PSS_SHA384),
            Algorithm::PS512 => rsa(&signature::RSA_PSS_SHA512),
            Algorithm::ES256 => curve(&self.p256),
            Algorithm::ES384 => curve(&self.p384),
            Algorithm::EdDSA => self.ed25519.sign(bytes).as_ref().to_vec(),
            other => unreachable!("{other}"),
        }
    }

    /// Returns a token whose header names `named`, signed with `algorithm`.
    pub(crate) fn token(&self, named: &str, algorithm: Algorithm, claims: &str) -> String {
        signed_by(format!(r#"{{"alg":"{named}"}}"#), claims, |bytes| self.sign(algorithm, bytes))
    }

    /// Returns a token whose header names a key.
    pub(crate) fn token_of(&self, kid: &str, algorithm: Algorithm, claims: &str) -> String {
        let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}"}}"#);
        signed_by(header, claims, |bytes| self.sign(algorithm, bytes))
    }

    /// Returns the public key in DER, or the secret.
    pub(crate) fn public(&self, algorithm: Algorithm) -> Vec<u8> {
        match algorithm {
            Algorithm::ES256 => self.p256.public_key().as_der().expect("encodes").as_ref().to_vec(),
            Algorithm::ES384 => self.p384.public_key().as_der().expect("encodes").as_ref().to_vec(),
            Algorithm::EdDSA => self.ed25519.public_key().as_der().expect("encodes").as_ref().to_vec(),
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => self.secret.to_vec(),
            _ => self.rsa.public_key().as_der().expect("encodes").as_ref().to_vec(),
        }
    }

    pub(crate) fn pem(&self, algorithm: Algorithm) -> String {
        let text = STANDARD.encode(self.public(algorithm));
        let lines: Vec<_> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// Returns a JWK with additional members.
    pub(crate) fn jwk(&self, algorithm: Algorithm, more: &str) -> String {
        let point = |name: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            format!(r#""kty":"EC","crv":"{name}","x":"{}","y":"{}""#, base64url(x), base64url(y))
        };
        let key = match algorithm {
            Algorithm::ES256 => point("P-256", self.p256.public_key().as_ref()),
            Algorithm::ES384 => point("P-384", self.p384.public_key().as_ref()),
            Algorithm::EdDSA => {
                format!(
                    r#""kty":"OKP","crv":"Ed25519","x":"{}""#,
                    base64url(self.ed25519.public_key().as_ref())
                )
            }
            _ => {
                let RsaPublicKeyComponents::<Vec<u8>> { n, e } = self.rsa.public_key().into();
                format!(r#""kty":"RSA","n":"{}","e":"{}""#, base64url(n), base64url(e))
            }
        };
        format!(r#"{{{key},"alg":"{algorithm}"{more}}}"#)
    }

    /// Returns the keys for the application, in each supported format.
    pub(crate) fn keys(&self, algorithm: Algorithm) -> Vec<Keys> {
        match algorithm {
            Algorithm::HS256 => vec![Keys::hs256(self.secret).expect("long enough")],
            Algorithm::HS384 => vec![Keys::hs384(self.secret).expect("long enough")],
            Algorithm::HS512 => vec![Keys::hs512(self.secret).expect("long enough")],
            _ => vec![
                Keys::pem_for(algorithm, self.pem(algorithm)).expect("a key"),
                Keys::jwks(set(&[self.jwk(algorithm, "")])).expect("a set"),
            ],
        }
    }
}

/// Returns a JWK Set.
pub(crate) fn set(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}
