//! The errors of public keys, PEM files and JWK Sets.

use std::error::Error;
use std::{fmt, io};

use super::key_type::KeyType;
use crate::jws::Algorithm;

#[derive(Debug)]
pub(in crate::jws) enum Problem {
    /// The algorithm requires a secret.
    Secret {
        algorithm: Algorithm,
    },
    /// The algorithm does not match the key type.
    Misfit {
        algorithm: Algorithm,
        found: KeyType,
    },
    /// No enabled backend supports this key type.
    Off {
        found: KeyType,
    },
    Compressed,
    RsaSize {
        bits: usize,
    },
    Broken {
        what: &'static str,
    },

    NoPem,
    ManyPem,
    BrokenPem(pem_rfc7468::Error),
    PemLabel(String),
    UnknownType,

    NotJson(serde_json::Error),
    NotASet,
    TooLarge {
        most: usize,
    },
    NoKey,
    SecretInSet,
    Member {
        name: &'static str,
        should: &'static str,
    },
    Unreadable(io::Error),
}

impl Problem {
    pub(in crate::jws) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            Self::NotJson(error) => Some(error),
            Self::BrokenPem(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret { algorithm } => {
                let name = algorithm.to_string().to_lowercase();
                return write!(
                    f,
                    "{algorithm} requires a secret, not a public key: write `Keys::{name}(secret)`"
                );
            }
            Self::Misfit { algorithm, found } => {
                return write!(f, "{algorithm} does not match a key of type {found}");
            }
            Self::Off { found } => {
                return write!(
                    f,
                    "keys of type {found} require the feature `asymmetric` of authgate: write `features = \
                     [\"asymmetric\"]` in `Cargo.toml`, or \"rust-crypto\" for an implementation in pure Rust"
                );
            }
            Self::RsaSize { bits } => {
                return write!(
                    f,
                    "the RSA key has {bits} bits: expected 2048 to 8192 (RFC 7518 section 3.3)"
                );
            }
            Self::Broken { what } => return write!(f, "invalid key: {what}"),
            Self::BrokenPem(error) => return write!(f, "invalid key: {error}"),
            Self::PemLabel(label) => {
                return write!(f, "expected a `PUBLIC KEY`, found a `{label}`: {}", instead_of(label));
            }
            Self::NotJson(error) => return write!(f, "the JWK set is not JSON: {error}"),
            Self::TooLarge { most } => return write!(f, "the JWK set is larger than {most} bytes"),
            Self::Member { name, should } => return write!(f, "`{name}` must be {should}"),
            Self::Unreadable(error) => return write!(f, "cannot be read: {error}"),
            Self::NoPem => "`-----BEGIN PUBLIC KEY-----` is missing",
            Self::ManyPem => "found several keys: parse each key separately, and join them with `Keys::and`",
            Self::UnknownType => "the key is invalid, or not of type RSA, P-256, P-384 or Ed25519",
            Self::Compressed => {
                "the key is a compressed point: convert it with `openssl ec -pubin -in key.pem -conv_form \
                 uncompressed`"
            }
            Self::NotASet => "`keys` is missing: expected a JWK set, `{\"keys\": [..]}`",
            Self::NoKey => NO_KEY,
            Self::SecretInSet => {
                "found a secret (`kty` `oct`) in a JWK set, which is public: write `Keys::hs256(secret)`"
            }
        })
    }
}

const NO_KEY: &str = if cfg!(any(feature = "aws-lc", feature = "rust-crypto")) {
    "the JWK set has no key that verifies RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA"
} else {
    "the JWK set has no key that verifies EdDSA, and RSA and ECDSA require the feature `asymmetric` of authgate: write \
     `features = [\"asymmetric\"]` in `Cargo.toml`, or \"rust-crypto\" for an implementation in pure Rust"
};

/// Returns the suggestion for a PEM file with another label.
fn instead_of(label: &str) -> &'static str {
    if label.contains("PRIVATE KEY") {
        "leave the private key with the issuer, and use its public half: `openssl pkey -in private.pem \
         -pubout`"
    } else if label == "CERTIFICATE" {
        "certificates are not verified; extract the key with `openssl x509 -in cert.pem -pubkey -noout`"
    } else {
        "derive the public key from the private key with `openssl pkey -in private.pem -pubout`"
    }
}
