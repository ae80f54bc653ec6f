use std::fmt;

use md5::Md5;
use sha2::Sha256;

use crate::secret::Tag;

/// The hash of a Digest credential (RFC 7616 section 3.3). The `-sess` forms are refused, and SHA-512-256 is not
/// offered: clients compute something else under that name (`standards.md` row 63).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// `SHA-256`.
    Sha256,
    /// `MD5`, for clients that know no other.
    Md5,
}

impl Algorithm {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Md5 => "MD5",
        }
    }

    /// What a credential calls by this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Md5].into_iter().find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// How many bytes a hash has.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Md5 => 16,
        }
    }

    /// `H(a ":" b ":" ..)`, which is all that RFC 7616 hashes.
    pub(super) fn hash(self, parts: &[&[u8]]) -> Hash {
        match self {
            Self::Sha256 => Hash::of(&joined::<Sha256>(parts)),
            Self::Md5 => Hash::of(&joined::<Md5>(parts)),
        }
    }
}

/// As in a challenge: `SHA-256`.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn joined<D: sha2::Digest>(parts: &[&[u8]]) -> impl AsRef<[u8]> + use<D> {
    let mut hash = D::new();
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    hash.finalize()
}

/// The bytes of a hash of either length.
#[derive(Clone, Copy)]
pub(super) struct Hash {
    bytes: [u8; 32],
    length: usize,
}

impl Hash {
    pub(super) const fn zero(algorithm: Algorithm) -> Self {
        Self { bytes: [0; 32], length: algorithm.length() }
    }

    fn of(bytes: &impl AsRef<[u8]>) -> Self {
        Self::from_bytes(bytes.as_ref())
    }

    /// At most 32 bytes; there are never more.
    fn from_bytes(from: &[u8]) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(from) {
            *to = *from;
        }
        Self { bytes, length: from.len().min(32) }
    }

    /// Reads exactly as many hexadecimal digits as a hash of this algorithm has.
    pub(super) fn from_hex(algorithm: Algorithm, text: &[u8]) -> Option<Self> {
        if text.len() != 2 * algorithm.length() {
            return None;
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        pairs.collect::<Option<Vec<u8>>>().map(|bytes| Self::from_bytes(&bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// In lower case, as RFC 7616 hashes and sends them.
    pub(super) fn hex(&self) -> String {
        use fmt::Write as _;
        let mut text = String::with_capacity(2 * self.length);
        for byte in self.bytes() {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Compares in constant time.
    pub(super) fn equals(&self, other: &Self) -> bool {
        Tag::new(self.bytes()) == Tag::new(other.bytes())
    }
}
