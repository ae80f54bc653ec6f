//! Deserialization of the names in tokens into bits.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use tracing::Level;

use super::RightSet;
use super::kind::Kind;
use crate::log::{OneLine, PerName};

/// Reads names into bits without allocating: an array of names, a string, or `null`.
///
/// Only a string of scopes holds several names (RFC 6749 section 3.3). Issuers send a single role
/// as a plain string, and its name may contain spaces: `"Report admin"` must not grant `admin`.
#[derive(Debug)]
pub(super) struct Names<T>(PhantomData<fn() -> T>);

impl<T: RightSet> Names<T> {
    #[must_use]
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Returns the bit of a name, or zero for a name that the set does not contain.
fn bit_of<T: RightSet>(name: &str) -> u128 {
    match T::NAMES.iter().position(|known| *known == name) {
        Some(index) => 1 << index,
        None => {
            log_unknown::<T>(name);
            0
        }
    }
}

/// Logs a name that the set does not know, at most once per minute.
///
/// A rule that excludes a right (`not(role = "suspended")`) admits its holder if the issuer spells
/// the name differently. A name that differs from a known one only in spelling is therefore logged
/// as a warning.
#[cold]
fn log_unknown<T: RightSet>(name: &str) {
    static SIMILAR: PerName = PerName::new();
    static OTHER: PerName = PerName::new();
    let (kind, set) = (<T::Kind as Kind>::WORD, T::NAME);
    if let Some(known) = T::NAMES.iter().find(|known| are_similar(known, name)) {
        if SIMILAR.allows((TypeId::of::<T>(), name)) {
            let name = OneLine(&name);
            tracing::warn!(target: "authgate::authorization", kind, set, %name, known, "ignored an unknown name that differs from a known name in spelling only");
        }
    } else if tracing::enabled!(target: "authgate::authorization", Level::DEBUG)
        && OTHER.allows((TypeId::of::<T>(), name))
    {
        let name = OneLine(&name);
        tracing::debug!(target: "authgate::authorization", kind, set, %name, "ignored an unknown name");
    }
}

/// Returns `true` if two names differ only in case, white space and punctuation: `suspended` and
/// `Suspended `.
fn are_similar(known: &str, name: &str) -> bool {
    /// In bytes. Longer names are not compared.
    const LONGEST: usize = 128;
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    name.len() <= LONGEST && letters(name).next().is_some() && letters(known).eq(letters(name))
}

impl<'de, T: RightSet> Visitor<'de> for Names<T> {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of names or a string")
    }

    fn visit_str<E>(self, names: &str) -> Result<u128, E> {
        if <T::Kind as Kind>::SPACE_SEPARATED {
            Ok(names.split(' ').fold(0, |bits, name| bits | bit_of::<T>(name)))
        } else {
            Ok(bit_of::<T>(names))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<u128, A::Error> {
        let mut bits = 0;
        while let Some(bit) = sequence.next_element_seed(One::<T>(PhantomData))? {
            bits |= bit;
        }
        Ok(bits)
    }

    fn visit_unit<E>(self) -> Result<u128, E> {
        Ok(0)
    }

    fn visit_none<E>(self) -> Result<u128, E> {
        Ok(0)
    }
}

/// Reads one element of an array: a name, without allocating for it.
struct One<T>(PhantomData<fn() -> T>);

impl<'de, T: RightSet> serde::de::DeserializeSeed<'de> for One<T> {
    type Value = u128;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<u128, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: RightSet> Visitor<'_> for One<T> {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<u128, E> {
        Ok(bit_of::<T>(name))
    }
}

#[cfg(test)]
mod tests {
    use super::are_similar;

    #[test]
    fn recognizes_another_spelling_of_a_known_name() {
        for name in ["Suspended", "SUSPENDED", " suspended", "suspended\u{a0}", "sus-pended", "\"suspended\""]
        {
            assert!(are_similar("suspended", name), "{name}");
        }
        assert!(are_similar("report_admin", "Report admin"));
        for name in ["", " ", "suspend", "suspended2", "not suspended", &"suspended".repeat(100)] {
            assert!(!are_similar("suspended", name), "{name}");
        }
        assert!(!are_similar("*", "-"));
    }
}
