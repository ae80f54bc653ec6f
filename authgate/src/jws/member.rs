//! What header and claims share: members of a JSON object, read without copying, and never twice.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::denial::Fault;

/// Reads the one JSON value in `bytes`, which are UTF-8 and have nothing after it.
///
/// UTF-8 is checked over all bytes, since the parser would pass over what it is told to ignore.
pub(super) fn read<'de, T>(
    bytes: &'de [u8],
    value: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'de>>) -> serde_json::Result<T>,
) -> Result<T, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Malformed)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = value(&mut json).map_err(|_| Fault::Malformed)?;
    json.end().map_err(|_| Fault::Malformed)?;
    Ok(read)
}

/// Fills a member that has not been there yet (RFC 7515 section 4, RFC 7519 section 4).
pub(super) fn once<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    if slot.replace(value).is_some() { Err(E::custom("duplicate name")) } else { Ok(()) }
}

/// More than a header or claims set usually has beyond the names that are known.
const FEW: usize = 16;

/// The names seen so far.
pub(super) struct Names<'de> {
    first: [Cow<'de, str>; FEW],
    count: usize,
    /// The rest, so that an object of thousands of names costs no more than linear time.
    more: HashSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    pub(super) fn new() -> Self {
        Self { first: [const { Cow::Borrowed("") }; FEW], count: 0, more: HashSet::new() }
    }

    /// Adds a name that has not been there yet.
    pub(super) fn add<E: Error>(&mut self, name: Cow<'de, str>) -> Result<(), E> {
        let known = self.first.iter().take(self.count).any(|seen| *seen == name);
        let new = !known
            && match self.first.get_mut(self.count) {
                Some(free) => {
                    *free = name;
                    self.count += 1;
                    true
                }
                None => self.more.insert(name),
            };
        if new { Ok(()) } else { Err(E::custom("duplicate name")) }
    }
}

/// A string, borrowed unless it has escapes.
#[derive(Debug)]
pub(super) struct Text<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_inline_and_beyond() {
        let mut names = Names::new();
        let add = |names: &mut Names<'_>, number: usize| {
            names.add::<serde_json::Error>(format!("n{number}").into()).is_ok()
        };
        for number in 0..50 {
            assert!(add(&mut names, number));
        }
        for number in [0, 15, 16, 17, 49] {
            assert!(!add(&mut names, number));
        }
        assert!(names.add::<serde_json::Error>("".into()).is_ok());
        assert!(names.add::<serde_json::Error>("".into()).is_err());
    }
}
