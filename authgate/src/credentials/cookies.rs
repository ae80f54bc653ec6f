//! The cookies of a request (RFC 6265bis).

use http::header::{COOKIE, HeaderMap};

/// Returns the values of the cookies with this name, from all `Cookie` lines: HTTP/2 may split them
/// (RFC 9113 section 8.2.3). `None` is a cookie without `=`, which the server does not send.
pub(crate) fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = Option<&'a [u8]>> {
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| {
        let pair = pair.trim_ascii();
        let (found, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(end) => (pair.get(..end)?, Some(pair.get(end + 1..)?)),
            None => (pair, None),
        };
        (found.trim_ascii() == name.as_bytes()).then_some(value)
    })
}
