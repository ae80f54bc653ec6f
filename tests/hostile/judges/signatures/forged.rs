//! Forged signatures.

use authgate::scheme::Algorithm;

use super::super::mutation::Dice;
use crate::raw::{Claims, signed_by};
use crate::signer::{Signer, algorithms};

/// A change to a valid signature, or to the signed content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Forgery {
    None,
    /// One flipped bit.
    Flipped,
    Cut,
    /// Without the last byte.
    Shorter,
    Empty,
    /// With a zero byte appended.
    Longer,
    /// With a zero byte prepended.
    ZeroBefore,
    /// All zeros: `r = s = 0` (CVE-2022-21449).
    Zeros,
    Ones,
    /// The number one, as `r` and as `s`, or as the whole signature.
    One,
    /// In DER, the usual encoding of ECDSA signatures outside of JOSE.
    Der,
    /// With the other valid `s` for the same `r`.
    Negated,
    /// `s` before `r`.
    Swapped,
    /// With the order of the group added to `s` (RFC 8032 section 5.1.7).
    OrderAdded,
    /// A valid signature whose first byte is zero.
    ZeroInFront,
    /// The same without that byte, which is invalid.
    ZeroLeftOut,
    /// From another key of the same kind.
    OtherKey,
    /// From the same key or secret, with another algorithm.
    OtherAlgorithm,
    /// The header names another algorithm.
    OtherName,
    /// The header names `none`, and the signature is empty.
    NoAlgorithm,
    /// An HMAC with the public key as the secret.
    PublicAsSecret,
    /// A signature over other claims.
    OtherClaims,
    /// The header names `Ed25519`.
    NewName,
}

impl Forgery {
    pub(super) const ALL: [Self; 23] = [
        Self::None,
        Self::Flipped,
        Self::Cut,
        Self::Shorter,
        Self::Empty,
        Self::Longer,
        Self::ZeroBefore,
        Self::Zeros,
        Self::Ones,
        Self::One,
        Self::Der,
        Self::Negated,
        Self::Swapped,
        Self::OrderAdded,
        Self::ZeroInFront,
        Self::ZeroLeftOut,
        Self::OtherKey,
        Self::OtherAlgorithm,
        Self::OtherName,
        Self::NoAlgorithm,
        Self::PublicAsSecret,
        Self::OtherClaims,
        Self::NewName,
    ];
}

const fn is_of_curve(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::ES256 | Algorithm::ES384)
}

const fn is_hmac(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

/// Returns `true` if the forgery applies to signatures of this algorithm.
pub(super) fn applies(forgery: Forgery, algorithm: Algorithm) -> bool {
    let is_ed = algorithm == Algorithm::EdDSA;
    match forgery {
        Forgery::Der | Forgery::Negated | Forgery::Swapped => is_of_curve(algorithm),
        Forgery::OrderAdded | Forgery::NewName => is_ed,
        // Finding one takes some hundred signatures. With RSA and without optimization that takes a
        // minute, so it runs once.
        Forgery::ZeroInFront | Forgery::ZeroLeftOut => !is_ed,
        Forgery::OtherAlgorithm => !is_ed && !is_of_curve(algorithm),
        Forgery::PublicAsSecret => !is_hmac(algorithm),
        _ => true,
    }
}

/// Returns a token with this forgery.
pub(super) fn forge(
    forgery: Forgery,
    algorithm: Algorithm,
    signer: &Signer,
    other: &Signer,
    dice: &mut Dice,
) -> String {
    let mut claims = Claims::good().with("jti", &format!("\"{}\"", dice.below(1 << 30)));
    let named = match forgery {
        Forgery::OtherName => {
            let others: Vec<_> = algorithms().filter(|it| *it != algorithm).collect();
            dice.one_of(&others).to_string()
        }
        Forgery::NoAlgorithm => "none".to_owned(),
        Forgery::PublicAsSecret => "HS256".to_owned(),
        Forgery::NewName => "Ed25519".to_owned(),
        _ => algorithm.to_string(),
    };
    let header = format!(r#"{{"alg":"{named}"}}"#);
    if matches!(forgery, Forgery::ZeroInFront | Forgery::ZeroLeftOut) {
        claims = claims_with_leading_zero_signature(&header, algorithm, signer, claims);
    }
    signed_by(&header, claims.json(), |signed| {
        let good = signer.sign(algorithm, signed);
        forged_signature(forgery, algorithm, good, signed, (signer, other), dice)
    })
}

/// Returns claims whose signature begins with a zero byte. With deterministic signatures, one in
/// 256 claims sets has one. Otherwise `changed` retries.
fn claims_with_leading_zero_signature(
    header: &str,
    algorithm: Algorithm,
    signer: &Signer,
    claims: Claims,
) -> Claims {
    if !is_deterministic(algorithm) {
        return claims;
    }
    let mut claims = claims;
    for number in 0.. {
        claims = claims.with("jti", &format!("\"{number}\""));
        let mut first = 1;
        drop(signed_by(header, claims.json(), |signed| {
            let signature = signer.sign(algorithm, signed);
            first = signature[0];
            signature
        }));
        if first == 0 {
            break;
        }
    }
    claims
}

const fn is_deterministic(algorithm: Algorithm) -> bool {
    !is_of_curve(algorithm) && !matches!(algorithm, Algorithm::PS256 | Algorithm::PS384 | Algorithm::PS512)
}

fn forged_signature(
    forgery: Forgery,
    algorithm: Algorithm,
    mut good: Vec<u8>,
    signed: &[u8],
    (signer, other): (&Signer, &Signer),
    dice: &mut Dice,
) -> Vec<u8> {
    let length = good.len();
    let (r, s) = (good[..length / 2].to_vec(), good[length / 2..].to_vec());
    match forgery {
        Forgery::None | Forgery::OtherName | Forgery::NewName => good,
        Forgery::Flipped => {
            good[dice.below(length)] ^= 1 << dice.below(8);
            good
        }
        Forgery::Cut => good[..dice.below(length)].to_vec(),
        Forgery::Shorter => good[..length - 1].to_vec(),
        Forgery::Empty | Forgery::NoAlgorithm => Vec::new(),
        Forgery::Longer => [good, vec![0]].concat(),
        Forgery::ZeroBefore => [vec![0], good].concat(),
        Forgery::Zeros => vec![0; length],
        Forgery::Ones => vec![255; length],
        Forgery::One => {
            let mut ones = vec![0; length];
            ones[length - 1] = 1;
            if is_of_curve(algorithm) {
                ones[length / 2 - 1] = 1;
            }
            ones
        }
        Forgery::Der => der(&[&r, &s]),
        Forgery::Negated => [r, minus(order(algorithm), &s)].concat(),
        Forgery::Swapped => [s, r].concat(),
        Forgery::OrderAdded => [r, plus_order(&s)].concat(),
        Forgery::ZeroInFront | Forgery::ZeroLeftOut => {
            while good[0] != 0 {
                good = signer.sign(algorithm, signed);
            }
            if forgery == Forgery::ZeroLeftOut { good[1..].to_vec() } else { good }
        }
        Forgery::OtherKey => other.sign(algorithm, signed),
        Forgery::OtherAlgorithm => {
            let others = algorithms().filter(|it| {
                *it != algorithm
                    && is_hmac(*it) == is_hmac(algorithm)
                    && !is_of_curve(*it)
                    && *it != Algorithm::EdDSA
            });
            signer.sign(*dice.one_of(&others.collect::<Vec<_>>()), signed)
        }
        Forgery::PublicAsSecret => crate::raw::hs256(&signer.public(algorithm), signed),
        Forgery::OtherClaims => signer.sign(algorithm, &[signed, b"A"].concat()),
    }
}

/// Encodes a DER sequence of unsigned integers.
fn der(numbers: &[&[u8]]) -> Vec<u8> {
    let piece =
        |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).expect("short")], content].concat();
    let integer = |number: &[u8]| {
        let digits = &number[number.iter().take_while(|byte| **byte == 0).count()..];
        let sign: &[u8] = if digits.first().is_none_or(|first| *first > 127) { &[0] } else { &[] };
        piece(2, &[sign, digits].concat())
    };
    piece(0x30, &numbers.iter().copied().flat_map(integer).collect::<Vec<_>>())
}

/// Returns the order of the curve's group (SEC 2) in big-endian order.
fn order(algorithm: Algorithm) -> &'static [u8] {
    const P256: &[u8; 32] = b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\
        \xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
    const P384: &[u8; 48] = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\
        \xff\xff\xff\xff\xff\xff\xff\xff\xc7\x63\x4d\x81\xf4\x37\x2d\xdf\
        \x58\x1a\x0d\xb2\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29\x73";
    if algorithm == Algorithm::ES256 { P256 } else { P384 }
}

/// Subtracts one big-endian number from another.
fn minus(from: &[u8], number: &[u8]) -> Vec<u8> {
    let (mut result, mut borrow) = (from.to_vec(), 0_i16);
    for (byte, less) in result.iter_mut().zip(number).rev() {
        let left = i16::from(*byte) - i16::from(*less) - borrow;
        borrow = i16::from(left < 0);
        *byte = left.rem_euclid(256).try_into().expect("a byte");
    }
    result
}

/// Adds the order of Ed25519's group (RFC 8032 section 5.1) to a little-endian number.
fn plus_order(number: &[u8]) -> Vec<u8> {
    const ORDER: &[u8; 32] = b"\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14\
        \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10";
    let mut carry = 0_u16;
    let sum = number.iter().zip(ORDER).map(|(one, other)| {
        let sum = u16::from(*one) + u16::from(*other) + carry;
        carry = sum >> 8;
        (sum & 0xff).try_into().expect("a byte")
    });
    sum.collect()
}
