//! The compact form: three base64url segments (RFC 7515 section 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::denial::Fault;

/// Longer than any header line that servers take.
const MOST_BYTES: usize = 64 * 1024;

/// Of the header, which is parsed before anything is known of who sent it. A chain of certificates fits; what is longer does
/// not come through the usual proxies anyhow, whose lines have 8 KiB.
const MOST_HEADER_BYTES: usize = 8 * 1024;

/// The segments, still encoded.
pub(super) struct Compact<'token> {
    /// What the signature is over: header, dot and payload as they came.
    pub(super) signed: &'token [u8],
    pub(super) header: &'token [u8],
    pub(super) payload: &'token [u8],
    pub(super) signature: &'token [u8],
}

impl<'token> Compact<'token> {
    /// Exactly two dots, and nothing but the alphabet of base64url between them.
    pub(super) fn split(token: &'token [u8]) -> Result<Self, Fault> {
        if token.len() > MOST_BYTES {
            return Err(Fault::Malformed);
        }
        Self::segments(token)
            .filter(|it| it.header.len() <= MOST_HEADER_BYTES)
            .filter(|it| is_base64url(it.header) && is_base64url(it.payload) && is_base64url(it.signature))
            .ok_or(Fault::Malformed)
    }

    /// Cuts at the first and the last dot; a third one is then in the payload, whose alphabet has none.
    fn segments(token: &'token [u8]) -> Option<Self> {
        let dot = |byte: &u8| *byte == b'.';
        let (first, last) = (token.iter().position(dot)?, token.iter().rposition(dot)?);
        Some(Self {
            signed: token.get(..last)?,
            header: token.get(..first)?,
            payload: token.get(first + 1..last)?,
            signature: token.get(last + 1..)?,
        })
    }
}

/// Without branches, which lets the compiler look at many bytes at once.
fn is_base64url(segment: &[u8]) -> bool {
    segment.iter().fold(true, |ok, byte| {
        ok & (byte.is_ascii_uppercase()
            | byte.is_ascii_lowercase()
            | byte.is_ascii_digit()
            | (*byte == b'-')
            | (*byte == b'_'))
    })
}

/// Room for a decoded segment: on the stack for what is usual, on the heap beyond.
pub(super) struct Room<const USUAL: usize> {
    stack: [u8; USUAL],
    heap: Vec<u8>,
}

impl<const USUAL: usize> Room<USUAL> {
    pub(super) const fn new() -> Self {
        Self { stack: [0; USUAL], heap: Vec::new() }
    }

    /// Decodes strictly: no padding, and no bits left over (RFC 7515 section 2, RFC 4648 section 3.5).
    pub(super) fn decode(&mut self, segment: &[u8]) -> Result<&[u8], Fault> {
        let enough = base64::decoded_len_estimate(segment.len());
        let room = match self.stack.get_mut(..enough) {
            Some(stack) => stack,
            None => {
                self.heap.resize(enough, 0);
                &mut self.heap
            }
        };
        let length = URL_SAFE_NO_PAD.decode_slice(segment, room).map_err(|_| Fault::Malformed)?;
        room.get(..length).ok_or(Fault::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_two_dots_and_the_alphabet() {
        for token in ["a.b.c", "..", "a..", "aA0-_.b.", ".b.c"] {
            assert!(Compact::split(token.as_bytes()).is_ok(), "{token}");
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
            assert!(Compact::split(token.as_bytes()).is_err(), "{token}");
        }
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
        for length in [0, 1, 2, 3, 15, 16, 17, 500] {
            let bytes: Vec<u8> = (0_u8..=255).cycle().take(length).collect();
            let encoded = URL_SAFE_NO_PAD.encode(&bytes);
            assert_eq!(Room::<16>::new().decode(encoded.as_bytes()).unwrap(), bytes);
        }
        for wrong in ["a", "aaaaa", "QQ==", "QR", "QUJ"] {
            assert_eq!(Room::<16>::new().decode(wrong.as_bytes()), Err(Fault::Malformed), "{wrong}");
        }
    }
}
