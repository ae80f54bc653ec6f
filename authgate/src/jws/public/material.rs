//! The numbers of a public key and their validation.

#[cfg(feature = "oauth")]
use base64::Engine as _;
#[cfg(feature = "oauth")]
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Problem;
use super::key_type::KeyType;

/// The numbers of a public key. All checks are done here, except that a point is on its curve.
pub(super) enum Material {
    /// Modulus and exponent, big-endian and without leading zeros.
    Rsa {
        n: Box<[u8]>,
        e: Box<[u8]>,
    },
    /// An uncompressed point (SEC 1 section 2.3.3).
    P256(Box<[u8]>),
    /// An uncompressed point (SEC 1 section 2.3.3).
    P384(Box<[u8]>),
    Ed25519([u8; 32]),
}

impl Material {
    /// Returns the key type and the numbers in a unique encoding.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Rsa { n, e } => [&[0], e.len().to_be_bytes().as_slice(), e, n].concat(),
            Self::P256(point) => [&[1], &**point].concat(),
            Self::P384(point) => [&[2], &**point].concat(),
            Self::Ed25519(point) => [&[3], point.as_slice()].concat(),
        }
    }

    /// Returns the required members of the JWK in lexicographic order, without white space
    /// (RFC 7638 section 3.2, RFC 8037 section 2).
    #[cfg(feature = "oauth")]
    pub(super) fn required_members(&self) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let ec = |curve, point: &[u8]| {
            // The first byte states the form of the point.
            let coordinates = point.get(1..).unwrap_or_default();
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            format!(r#"{{"crv":"{curve}","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
        };
        match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n)),
            Self::P256(point) => ec("P-256", point),
            Self::P384(point) => ec("P-384", point),
            Self::Ed25519(point) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(point)),
        }
    }

    /// Checks the numbers of an RSA key of 2048 to 8192 bits. RFC 7518 section 3.3 defines the
    /// minimum. The maximum sizes of modulus and exponent bound the cost of a token.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Result<Self, Problem> {
        // Some libraries write a leading zero, contrary to RFC 7518 section 6.3.1.1.
        let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
        let size = bits(n);
        if !(2048..=8192).contains(&size) {
            return Err(Problem::Other(
                format!("the RSA key has {size} bits: expected 2048 to 8192 (RFC 7518 section 3.3)").into(),
            ));
        }
        if !is_odd(n) {
            return Err(Problem::Broken { what: "its RSA modulus is even" });
        }
        if !is_odd(e) || !(2..=33).contains(&bits(e)) {
            return Err(Problem::Broken { what: "its RSA exponent is not an odd number of 2 to 33 bits" });
        }
        Ok(Self::Rsa { n: n.into(), e: e.into() })
    }

    /// Checks the form of an uncompressed point.
    pub(super) fn p256(point: &[u8]) -> Result<Self, Problem> {
        uncompressed(point, 32).map(Self::P256)
    }

    /// Checks the form of an uncompressed point.
    pub(super) fn p384(point: &[u8]) -> Result<Self, Problem> {
        uncompressed(point, 48).map(Self::P384)
    }

    pub(super) fn ed25519(point: &[u8]) -> Result<Self, Problem> {
        let point = point.try_into().map_err(|_| Problem::Broken { what: "not a point on its curve" })?;
        Ok(Self::Ed25519(point))
    }

    pub(super) const fn key_type(&self) -> KeyType {
        match self {
            Self::Rsa { .. } => KeyType::Rsa,
            Self::P256(_) => KeyType::P256,
            Self::P384(_) => KeyType::P384,
            Self::Ed25519(_) => KeyType::Ed25519,
        }
    }

    /// Returns the length of signatures in bytes (RFC 8017 section 8, RFC 7518 section 3.4,
    /// RFC 8032 section 5.1.6).
    pub(super) fn signature_length(&self) -> usize {
        match self {
            Self::Rsa { n, .. } => n.len(),
            Self::P256(_) | Self::Ed25519(_) => 64,
            Self::P384(_) => 96,
        }
    }
}

/// Accepts the uncompressed form only. RFC 5480 section 2.2 makes the compressed form optional.
fn uncompressed(point: &[u8], coordinate: usize) -> Result<Box<[u8]>, Problem> {
    match point {
        [4, coordinates @ ..] if coordinates.len() == 2 * coordinate => Ok(point.into()),
        [2 | 3, x @ ..] if x.len() == coordinate => Err(Problem::Other(
            "the key is a compressed point: convert it with `openssl ec -pubin -in key.pem -conv_form uncompressed`"
                .into(),
        )),
        _ => Err(Problem::Broken { what: "not a point on its curve" }),
    }
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last % 2 == 1)
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
