//! Reads the members of a JSON object, for header and claims. Does not copy, and rejects duplicate
//! names.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::right::CredentialError;

/// Reads the JSON value in `bytes`, which must be UTF-8 without trailing data.
///
/// All bytes are checked for UTF-8, because the parser does not check the values that it skips.
pub(crate) fn read<'de, T>(
    bytes: &'de [u8],
    value: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'de>>) -> serde_json::Result<T>,
) -> Result<T, CredentialError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CredentialError::Malformed)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = value(&mut json).map_err(|_| CredentialError::Malformed)?;
    json.end().map_err(|_| CredentialError::Malformed)?;
    Ok(read)
}

/// Stores the value of a member. Fails if the name occurred before (RFC 7515 section 4, RFC 7519
/// section 4).
pub(crate) fn once<T, E: Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    if slot.replace(value).is_some() { Err(E::custom("duplicate name")) } else { Ok(()) }
}

/// The number of names that are kept without allocating. A header or claims set rarely has more
/// unknown names.
const FEW: usize = 12;

/// The unknown names seen so far, to detect duplicates.
pub(crate) struct Names<'de> {
    few: [&'de str; FEW],
    count: usize,
    /// All names, if there are more than `FEW` or one has escapes. Keeps the cost linear for an
    /// object with thousands of names.
    many: Option<HashSet<Cow<'de, str>>>,
}

impl<'de> Names<'de> {
    pub(crate) const fn new() -> Self {
        Self { few: [""; FEW], count: 0, many: None }
    }

    /// Adds a name. Fails if it was added before.
    pub(crate) fn add<E: Error>(&mut self, name: Cow<'de, str>) -> Result<(), E> {
        let is_new = match (&mut self.many, name, self.few.get_mut(self.count)) {
            (None, Cow::Borrowed(name), Some(free)) => {
                *free = name;
                let is_new = self.few.iter().take(self.count).all(|seen| *seen != name);
                self.count += 1;
                is_new
            }
            (many, name, _) => {
                let few = self.few.iter().take(self.count);
                many.get_or_insert_with(|| few.copied().map(Cow::Borrowed).collect()).insert(name)
            }
        };
        if is_new { Ok(()) } else { Err(E::custom("duplicate name")) }
    }
}

/// A string, borrowed unless it has escapes.
#[derive(Debug)]
pub(crate) struct Text<'de>(pub(crate) Cow<'de, str>);

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

    /// Covers borrowed and escaped names.
    #[test]
    fn duplicate_member_names_are_rejected_inline_and_on_heap() {
        let texts: Vec<String> = (0..50).map(|number| format!("n{number}")).collect();
        let kinds = [|text| Cow::Borrowed(text), |text: &str| Cow::Owned(text.to_owned())]
            as [fn(&str) -> Cow<'_, str>; 2];
        for (first, again) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let mut names = Names::new();
            let mut add = |kind: usize, text| names.add::<serde_json::Error>(kinds[kind](text)).is_ok();
            assert!(texts.iter().all(|text| add(first, text)));
            assert!(texts.iter().all(|text| !add(again, text)));
            assert!(add(again, "") && !add(first, ""));
        }
    }
}
