//! How public keys come into [`Keys`].

use std::path::Path;

use super::{jwk_set, pem};
use crate::jws::{Algorithm, KeyError, Keys};

impl Keys {
    /// A public key in PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`). RSA means RS256, P-256 means ES256, P-384 means ES384
    /// and Ed25519 means `EdDSA`; [`pem_for`](Self::pem_for) says another algorithm.
    ///
    /// ```
    /// # fn main() -> Result<(), authgate::scheme::KeyError> {
    /// let keys = authgate::scheme::Keys::pem(
    ///     "-----BEGIN PUBLIC KEY-----
    /// MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
    /// -----END PUBLIC KEY-----",
    /// )?;
    /// assert_eq!(format!("{keys:?}"), "Keys([EdDSA])");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// No single public key of these types, or one that cannot be trusted: RSA of fewer than 2048 or more than 8192 bits
    /// or with an exponent that is not odd and of 2 to 33 bits, a point that is not on its curve or of small order. Of a
    /// type that takes a [feature](crate#features) that is not on.
    pub fn pem(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        pem::read(text.as_ref(), None).map(|key| Self::one(key.into()))
    }

    /// A public key in PEM, used for this algorithm and no other (RFC 8725 section 3.1).
    ///
    /// # Errors
    /// As [`pem`](Self::pem), and where the algorithm does not go with the type of the key.
    pub fn pem_for(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        pem::read(text.as_ref(), Some(algorithm)).map(|key| Self::one(key.into()))
    }

    /// The keys of a JWK set (RFC 7517 section 5).
    ///
    /// A key without `alg` means RS256 (`RSA`), ES256 (`P-256`), ES384 (`P-384`) or `EdDSA` (`Ed25519`). Keys that are
    /// for something else (`use`, `key_ops`), of a type or algorithm that is not known here, or of a type that takes a
    /// [feature](crate#features) that is not on, are left out. Private members are not read.
    ///
    /// # Errors
    /// No JWK set, larger than 1 MiB, without a key that can be used here, or with a key that is broken or a secret.
    pub fn jwks(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        jwk_set::read(json.as_ref())
    }

    /// The keys of a JWK set in a file, as [`jwks`](Self::jwks).
    ///
    /// # Errors
    /// As [`jwks`](Self::jwks), and where the file cannot be read. The error names the file.
    pub fn jwks_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        jwk_set::read_file(path.as_ref())
    }
}
