use std::fmt;
use std::str::FromStr;

use super::algorithm::{DigestAlgorithm, Hash};

/// The stored hash of a password: `H(user ":" realm ":" password)`, the H(A1) of RFC 7616 section
/// 3.4.2.
///
/// Protect it like a password. Its holder can answer challenges of this realm, and weak passwords
/// can be recovered from it because it is fast to compute.
///
/// User and password are UTF-8 in NFC, the form that clients send (RFC 7616 section 4). The user
/// name must not contain a colon.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::Ha1;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stored = Ha1::sha256("Mufasa", "http-auth@example.org", "Circle of Life").to_stored();
/// assert_eq!(stored, "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232");
///
/// // Later, from the database:
/// let ha1: Ha1 = stored.parse()?;
/// assert_eq!(format!("{ha1:?}"), "Ha1(SHA-256, ..)");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Ha1 {
    algorithm: DigestAlgorithm,
    hash: Hash,
}

impl Ha1 {
    /// Computes the H(A1) for SHA-256, which all current clients support.
    #[must_use]
    pub fn sha256(user: &str, realm: &str, password: &str) -> Self {
        Self::new(DigestAlgorithm::Sha256, user, realm, password)
    }

    /// Computes the H(A1) for MD5, which a scheme accepts only after
    /// [`with_md5`](crate::danger::Dangerous::with_md5).
    #[must_use]
    pub fn md5(user: &str, realm: &str, password: &str) -> Self {
        Self::new(DigestAlgorithm::Md5, user, realm, password)
    }

    fn new(algorithm: DigestAlgorithm, user: &str, realm: &str, password: &str) -> Self {
        let hash = algorithm.hash(&[user.as_bytes(), realm.as_bytes(), password.as_bytes()]);
        Self { algorithm, hash }
    }

    /// Returns the algorithm of the hash.
    #[must_use]
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Returns the hexadecimal digits to store, as in an htdigest file. Parse them with
    /// `text.parse()`, which derives the algorithm from the length.
    #[must_use]
    pub fn to_stored(&self) -> String {
        self.hash.hex()
    }

    /// Returns a placeholder for a missing user. No response matches it.
    pub(super) const fn dummy(algorithm: DigestAlgorithm) -> Self {
        Self { algorithm, hash: Hash::zero(algorithm) }
    }

    /// Computes `H(H(A1) ":" ..)`, the form of both `response` and `rspauth`.
    pub(super) fn keyed(&self, rest: &[&[u8]]) -> Hash {
        let ha1 = self.hash.hex();
        self.algorithm.hash(&[&[ha1.as_bytes()], rest].concat())
    }
}

/// Prints only the algorithm.
impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ha1({}, ..)", self.algorithm)
    }
}

/// The error for a text that [`Ha1::to_stored`] could not have written. It does not contain the
/// text.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{Ha1, ParseHa1Error};
///
/// let error: ParseHa1Error = "not hexadecimal".parse::<Ha1>().unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseHa1Error;

impl fmt::Display for ParseHa1Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid H(A1): expected 64 hexadecimal digits for SHA-256, or 32 for MD5")
    }
}

impl std::error::Error for ParseHa1Error {}

impl FromStr for Ha1 {
    type Err = ParseHa1Error;

    fn from_str(text: &str) -> Result<Self, ParseHa1Error> {
        [DigestAlgorithm::Sha256, DigestAlgorithm::Md5]
            .into_iter()
            .find_map(|algorithm| {
                Hash::from_hex(algorithm, text.as_bytes()).map(|hash| Self { algorithm, hash })
            })
            .ok_or(ParseHa1Error)
    }
}
