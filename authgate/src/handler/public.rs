//! The declaration of a public route, with the reason in its type.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::Access;
use super::declares::{Admit, Sealed};
use crate::gate::Step;
use crate::proof::Remember;
use crate::right::{Declaration, Site};

/// The first parameter that `#[public(reason = "..")]` adds.
///
/// `W` encodes the reason as a list of [`Chunk`]s, because a type cannot have a `&str` parameter
/// yet.
pub struct Public<W>(PhantomData<fn() -> W>);

impl<W> fmt::Debug for Public<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Public")
    }
}

impl<W, S: Sync> FromRequestParts<S> for Public<W> {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(PhantomData))
    }
}

impl<W: Reason + 'static, S: Sync> Admit<S> for Public<W> {
    type Denied = Infallible;
    type Waiting = Infallible;

    fn begin(
        _: &mut Parts,
        _: &S,
        _: Option<Site>,
        _: Remember,
    ) -> Step<Result<Self, Infallible>, Infallible> {
        Step::Done(Ok(Self(PhantomData)))
    }

    async fn finish(waiting: Infallible, _: &mut Parts, _: &S, _: Option<Site>) -> Result<Self, Infallible> {
        match waiting {}
    }
}

impl<W> crate::proof::IsInvariant for Public<W> {}
impl<W> Sealed for Public<W> {}
impl<W: Reason> Access for Public<W> {
    const DECLARATION: Declaration = Declaration::Public { reason: text(&W::BYTES) };
}

/// Sixteen bytes of UTF-8 in little-endian order. The last chunk is padded with zeros.
#[derive(Debug)]
pub struct Chunk<const BYTES: u128>;

/// The longest reason, in bytes.
const LONGEST: usize = 256;

/// A text encoded as a list of chunks: `(Chunk<A>, (Chunk<B>, ()))`.
pub trait Reason {
    /// The text, padded with zeros.
    const BYTES: [u8; LONGEST];
}

impl Reason for () {
    const BYTES: [u8; LONGEST] = [0; LONGEST];
}

impl<const FIRST: u128, Rest: Reason> Reason for (Chunk<FIRST>, Rest) {
    const BYTES: [u8; LONGEST] = prepend(FIRST.to_le_bytes(), Rest::BYTES);
}

const fn prepend(first: [u8; 16], rest: [u8; LONGEST]) -> [u8; LONGEST] {
    let mut bytes = [0; LONGEST];
    let mut at = 0;
    while at < LONGEST {
        #[expect(clippy::indexing_slicing, reason = "const: `at` is below the lengths")]
        {
            bytes[at] = if at < first.len() { first[at] } else { rest[at - first.len()] };
        }
        at += 1;
    }
    bytes
}

pub(crate) const fn text(bytes: &'static [u8; LONGEST]) -> &'static str {
    let mut length = LONGEST;
    #[expect(clippy::indexing_slicing, reason = "const: `length` is above zero")]
    while length > 0 && bytes[length - 1] == 0 {
        length -= 1;
    }
    match std::str::from_utf8(bytes.split_at(length).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type EncodedStr = (Chunk<{ u128::from_le_bytes(*b"load balancer pr") }>, (Chunk<0x65_62_6f>, ()));

    #[test]
    fn public_reason_is_decoded_from_its_type() {
        let Declaration::Public { reason } = Public::<EncodedStr>::DECLARATION else { panic!() };
        assert_eq!(reason, "load balancer probe");
    }
}
