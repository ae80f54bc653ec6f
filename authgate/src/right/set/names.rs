//! Names, as tokens carry them, into bits.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};

use super::RightSet;

/// Reads names into bits straight from the input: an array, a string of names separated by spaces, or nothing.
#[derive(Debug)]
pub(super) struct Names<T>(PhantomData<fn() -> T>);

impl<T: RightSet> Names<T> {
    #[must_use]
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The bit of one name; nothing for a name that the set does not know.
fn bit_of<T: RightSet>(name: &str) -> u128 {
    T::NAMES.iter().position(|known| *known == name).map_or(0, |index| 1 << index)
}

impl<'de, T: RightSet> Visitor<'de> for Names<T> {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of names or names separated by spaces")
    }

    fn visit_str<E>(self, names: &str) -> Result<u128, E> {
        Ok(names.split(' ').fold(0, |bits, name| bits | bit_of::<T>(name)))
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

/// One element of an array: a name, without an allocation for it.
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
