//! The compact form: three base64url segments (RFC 7515 section 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::{memchr, memrchr};

use crate::denial::Fault;

/// Longer than any header line that servers take.
const MOST_BYTES: usize = 64 * 1024;

/// Of the header, which is parsed before anything is known of who sent it. A chain of certificates fits; what is longer does
/// not come through the usual proxies anyhow, whose lines have 8 KiB.
const MOST_HEADER_BYTES: usize = 8 * 1024;

/// The segments, still encoded, and not looked into.
pub(super) struct Compact<'token> {
    /// What the signature is over: header, dot and payload as they came.
    pub(super) signed: &'token [u8],
    pub(super) header: &'token [u8],
    pub(super) payload: &'token [u8],
    pub(super) signature: &'token [u8],
}

impl<'token> Compact<'token> {
    /// Cuts at the first and the last dot; a third one is then in the payload, whose alphabet has none.
    pub(super) fn split(token: &'token [u8]) -> Result<Self, Fault> {
        if token.len() > MOST_BYTES {
            return Err(Fault::Malformed);
        }
        Self::segments(token).filter(|it| it.header.len() <= MOST_HEADER_BYTES).ok_or(Fault::Malformed)
    }

    fn segments(token: &'token [u8]) -> Option<Self> {
        let (first, last) = (memchr(b'.', token)?, memrchr(b'.', token)?);
        Some(Self {
            signed: token.get(..last)?,
            header: token.get(..first)?,
            payload: token.get(first + 1..last)?,
            signature: token.get(last + 1..)?,
        })
    }

    /// That there is nothing but the alphabet of base64url between the dots, as decoding finds out by itself.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let good = [self.header, self.payload, self.signature].into_iter().all(is_base64url);
        if good { Ok(()) } else { Err(Fault::Malformed) }
    }
}

fn is_base64url(segment: &[u8]) -> bool {
    let (blocks, rest) = segment.as_chunks();
    let mut last = [b'A'; 16];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    blocks.iter().all(is_block) && is_block(&last)
}

/// Without branches, which lets the compiler look at all bytes at once.
fn is_block(block: &[u8; 16]) -> bool {
    let of_alphabet = |byte: &u8| {
        byte.is_ascii_uppercase()
            | byte.is_ascii_lowercase()
            | byte.is_ascii_digit()
            | (*byte == b'-')
            | (*byte == b'_')
    };
    block.iter().fold(0, |wrong, byte| wrong | u8::from(!of_alphabet(byte))) == 0
}

/// What is made of a decoded segment; `None` where it cannot be decoded. Strictly: no padding, and no bits left over (RFC 7515
/// section 2, RFC 4648 section 3.5).
///
/// Usual ones are decoded on the stack, and in no more room than they need, since it has to be cleared.
pub(super) fn decoded<T>(segment: &[u8], make: impl FnOnce(&[u8]) -> T) -> Option<T> {
    match base64::decoded_len_estimate(segment.len()) {
        0..=66 => decoded_in(&mut [0; 66], segment, make),
        67..=258 => decoded_in(&mut [0; 258], segment, make),
        259..=1026 => decoded_in(&mut [0; 1026], segment, make),
        length => decoded_in(&mut vec![0; length], segment, make),
    }
}

fn decoded_in<T>(room: &mut [u8], segment: &[u8], make: impl FnOnce(&[u8]) -> T) -> Option<T> {
    let length = URL_SAFE_NO_PAD.decode_slice(segment, room).ok()?;
    room.get(..length).map(make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_two_dots_and_the_alphabet() {
        let form = |token: &str| Compact::split(token.as_bytes()).and_then(|compact| compact.check());
        for token in ["a.b.c", "..", "a..", "aA0-_.b.", ".b.c"] {
            assert_eq!(form(token), Ok(()), "{token}");
        }
        for token in [
            "",
            ".",
            "a",
            "a.b",
            "a.b.c.d",
            "...",
            "a.b.c=",
            "a .b.c",
            "a.b.c\n",
            "a.b+.c",
            "{}.b.c",
            "a.b.\u{e9}",
        ] {
            assert_eq!(form(token), Err(Fault::Malformed), "{token}");
        }
    }

    #[test]
    fn each_byte_is_of_the_alphabet_wherever_it_stands() {
        for length in 1..40 {
            for place in 0..length {
                for byte in
                    [0, 0x2a, b'+', b',', b'.', b'/', b'=', b':', b'@', b'[', b'`', b'{', 0x7f, 0x80, 0xff]
                {
                    let mut segment = vec![b'z'; length];
                    assert!(is_base64url(&segment));
                    segment[place] = byte;
                    assert!(!is_base64url(&segment), "{byte:#x} at {place} of {length}");
                }
            }
        }
        let all: Vec<u8> = (0..=255).filter(|byte| is_base64url(&[*byte])).collect();
        assert_eq!(all, *b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn size_is_bounded() {
        let token = |length: usize| format!("a.{}.c", "b".repeat(length - 4));
        assert!(Compact::split(token(MOST_BYTES).as_bytes()).is_ok());
        assert!(Compact::split(token(MOST_BYTES + 1).as_bytes()).is_err());
        let token = |length: usize| format!("{}.b.c", "a".repeat(length));
        assert!(Compact::split(token(MOST_HEADER_BYTES).as_bytes()).is_ok());
        assert!(Compact::split(token(MOST_HEADER_BYTES + 1).as_bytes()).is_err());
    }

    #[test]
    fn decoding_is_strict_on_stack_and_heap() {
        let decode = |segment: &str| decoded(segment.as_bytes(), <[u8]>::to_vec);
        for length in (0..100).chain([255, 256, 257, 258, 259, 1025, 1026, 1027, 1028, 1029, 5000]) {
            let bytes: Vec<u8> = (0_u8..=255).cycle().take(length).collect();
            let mut encoded = URL_SAFE_NO_PAD.encode(&bytes);
            assert_eq!(decode(&encoded), Some(bytes));
            encoded.push('=');
            assert_eq!(decode(&encoded), None);
        }
        for wrong in ["a", "aaaaa", "QQ==", "QR", "QUJ", "QQ.QQ", "QQ QQ", "QQ+Q", "QQ/Q"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
