//! What is sent, and the keys that it is signed with.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use std::sync::LazyLock;

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const SECRET: &[u8] = b"a secret of at least 32 bytes, for the benchmark";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    HS256,
    RS256,
    ES256,
    EdDSA,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::HS256, Self::RS256, Self::ES256, Self::EdDSA];

    const fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::RS256 => "RS256",
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
        }
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::HS256 => {
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            Self::RS256 => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
                signature
            }
            Self::ES256 => EC.sign(&random, message).expect("signs").as_ref().to_vec(),
            Self::EdDSA => ED.sign(message).as_ref().to_vec(),
        }
    }

    /// The public key, for key pairs.
    pub(crate) fn pem(self) -> Option<String> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::HS256 => return None,
            Self::RS256 => RSA.public_key().as_der().expect("encodes"),
            Self::ES256 => EC.public_key().as_der().expect("encodes"),
            Self::EdDSA => ED.public_key().as_der().expect("encodes"),
        };
        Some(format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der.as_ref())
        ))
    }
}

// One by one, so that counting instructions of one algorithm does not count the making of the others' keys.
static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));
static EC: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"));
static ED: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().expect("a key"));

/// A request, and what is to come of it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) authorization: Option<String>,
}

impl Case {
    /// The names of all.
    pub(crate) fn names() -> impl Iterator<Item = String> {
        let all = Algorithm::ALL.into_iter().flat_map(|algorithm| {
            ["allowed", "bad signature", "wrong role", "anonymous"].map(|what| (what, algorithm))
        });
        // Without a token there is nothing to tell the algorithms apart.
        let told_apart =
            all.filter(|(what, algorithm)| *what != "anonymous" || *algorithm == Algorithm::HS256);
        told_apart.map(|(what, algorithm)| format!("{what}/{}", algorithm.name()))
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let (what, algorithm) = name.split_once('/')?;
        let algorithm = Algorithm::ALL.into_iter().find(|known| known.name() == algorithm)?;
        let token = match what {
            "allowed" => Some(token(algorithm, "admin")),
            "bad signature" => Some(spoilt(&token(algorithm, "admin"))),
            "wrong role" => Some(token(algorithm, "viewer")),
            "anonymous" => None,
            _ => return None,
        };
        let authorization = token.map(|token| format!("Bearer {token}"));
        Some(Self { name: name.to_owned(), algorithm, authorization })
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::names().filter_map(|name| Self::named(&name))
    }
}

fn token(algorithm: Algorithm, role: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims =
        json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "user-42", "exp": now + 86_400, "roles": [role] });
    let header = format!(r#"{{"alg":"{}","typ":"JWT"}}"#, algorithm.name());
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()));
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(algorithm.sign(message.as_bytes())))
}

/// The token with another first character of its signature.
fn spoilt(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{message}.{other}{}", &signature[1..])
}
