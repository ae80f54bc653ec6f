use std::fmt;

use md5::Md5;
use sha2::Sha256;

use crate::scheme::hex;
use crate::secret::Tag;

/// The hash algorithm of a Digest credential (RFC 7616 section 3.3).
///
/// The `-sess` variants are rejected. SHA-512-256 is not offered, because clients compute different
/// hashes under that name, and the example in RFC 7616 section 3.9.2 is wrong.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{DigestAlgorithm, Ha1};
///
/// assert_eq!(Ha1::sha256("reader", "api", "wonderland").algorithm(), DigestAlgorithm::Sha256);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `SHA-256`.
    Sha256,
    /// `MD5`, for clients that know no other.
    Md5,
}

impl DigestAlgorithm {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    /// Parses the name of an algorithm, ignoring case.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Md5].into_iter().find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// Returns the length of a hash in bytes.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Md5 => 16,
        }
    }

    /// Computes `H(a ":" b ":" ..)`, the form of all hashes in RFC 7616.
    pub(super) fn hash(self, parts: &[&[u8]]) -> Hash {
        match self {
            Self::Sha256 => joined::<Sha256>(parts),
            Self::Md5 => joined::<Md5>(parts),
        }
    }
}

/// Formats the name as in a challenge: `SHA-256`.
impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn joined<D: sha2::Digest>(parts: &[&[u8]]) -> Hash {
    let mut hash = D::new();
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    Hash::from_bytes(&hash.finalize())
}

/// A hash of 16 or 32 bytes.
#[derive(Clone, Copy)]
pub(super) struct Hash {
    bytes: [u8; 32],
    length: usize,
}

impl Hash {
    pub(super) const fn zero(algorithm: DigestAlgorithm) -> Self {
        Self { bytes: [0; 32], length: algorithm.length() }
    }

    /// Copies up to 32 bytes, the longest hash.
    fn from_bytes(from: &[u8]) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(from) {
            *to = *from;
        }
        Self { bytes, length: from.len().min(32) }
    }

    /// Parses exactly as many hexadecimal digits as a hash of this algorithm has.
    pub(super) fn from_hex(algorithm: DigestAlgorithm, text: &[u8]) -> Option<Self> {
        if text.len() != 2 * algorithm.length() {
            return None;
        }
        hex::decode(text).map(|bytes| Self::from_bytes(&bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Returns lowercase digits, which RFC 7616 requires for hashing and sending.
    pub(super) fn hex(&self) -> String {
        use fmt::Write as _;
        let mut text = String::with_capacity(2 * self.length);
        for byte in self.bytes() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Compares in constant time.
    pub(super) fn equals(&self, other: &Self) -> bool {
        Tag::new(self.bytes()) == Tag::new(other.bytes())
    }
}
