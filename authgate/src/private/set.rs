//! The shared implementation of the derives of roles and scopes.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use crate::right::{ParseRightError, RightSet};

/// The name of a member.
#[must_use]
pub fn name<T: RightSet>(member: &T) -> &'static str {
    T::NAMES.get(member.index()).copied().unwrap_or_default()
}

/// The member of a name.
///
/// # Errors
///
/// The set has no such name.
pub fn named<T: RightSet>(name: &str) -> Result<T, ParseRightError> {
    find(name).ok_or(const { ParseRightError::of::<T>() })
}

/// Writes a member as its name.
///
/// # Errors
///
/// As the serializer.
pub fn serialize<T: RightSet, S: Serializer>(member: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name(member))
}

/// Reads a member from its name.
///
/// # Errors
///
/// It is not a string, or the set has no such name.
pub fn deserialize<'de, T: RightSet, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(Name(PhantomData))
}

struct Name<T>(PhantomData<fn() -> T>);

impl<T: RightSet> Visitor<'_> for Name<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a {}", <T::Kind as crate::right::kind::Kind>::WORD)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<T, E> {
        find(name).ok_or_else(|| E::unknown_variant(name, T::NAMES))
    }
}

fn find<T: RightSet>(name: &str) -> Option<T> {
    T::at(T::NAMES.iter().position(|known| *known == name)?)
}
