//! Constructs [`Keys`] from public keys.

use std::path::Path;

use super::{jwk_set, pem};
use crate::jws::key::Key;
use crate::jws::{Algorithm, KeyError, Keys};

impl Keys {
    /// Parses a public key in PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`).
    ///
    /// The type of the key determines the algorithm: RS256 for RSA, ES256 for P-256, ES384 for
    /// P-384 and `EdDSA` for Ed25519. Use [`pem_for`](Self::pem_for) for another algorithm, or
    /// [`algorithms`](Self::algorithms) for several.
    ///
    /// # Examples
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
    ///
    /// Returns [`KeyError`] in these cases:
    ///
    /// - The text does not contain exactly one public key of these types.
    /// - An RSA key has fewer than 2048 or more than 8192 bits.
    /// - An RSA modulus is even.
    /// - An RSA exponent is even, or has fewer than 2 or more than 33 bits.
    /// - A point is not on its curve, or has a small order.
    /// - The type of the key requires a [feature](crate#features) that is not enabled.
    pub fn pem(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let mut key = Key::from(pem::read(text.as_ref(), None)?);
        key.algorithm_is_assumed = true;
        Ok(Self::one(key))
    }

    /// Parses a public key in PEM that is used with this algorithm only (RFC 8725 section 3.1).
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] in the cases listed at [`pem`](Self::pem), or if the algorithm does not
    /// match the type of the key.
    pub fn pem_for(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        pem::read(text.as_ref(), Some(algorithm)).map(|key| Self::one(key.into()))
    }

    /// Parses the keys of a JWK Set (RFC 7517 section 5).
    ///
    /// A key without `alg` is used with RS256 (`RSA`), ES256 (`P-256`), ES384 (`P-384`) or `EdDSA`
    /// (`Ed25519`); [`algorithms`](Self::algorithms) sets others. Private members are not read.
    ///
    /// A key is skipped if it has another purpose (`use`, `key_ops`), or an unknown type or
    /// algorithm. It is also skipped if its type requires a [feature](crate#features) that is not
    /// enabled. A key that is invalid or is a secret is skipped with a warning that names its
    /// `kid`.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if the text is not a JWK Set, is larger than 1 MiB or contains no
    /// usable key. The error then names the first invalid key.
    pub fn jwks(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        jwk_set::read(json.as_ref())
    }

    /// Parses the keys of a JWK Set in a file. See [`jwks`](Self::jwks).
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] in the cases listed at [`jwks`](Self::jwks), or if the file cannot be
    /// read. The message names the file.
    pub fn jwks_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        jwk_set::read_file(path.as_ref())
    }
}
