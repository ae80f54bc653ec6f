//! Claims that protect nothing by themselves: a value of another type counts as unknown.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::NumericDate;
use crate::jws::member::Text;

/// A claim that only some routes require. If it cannot be read, it is `None`, and does not reject
/// the token: Supabase, for example, sends an `amr` of objects.
pub(super) struct Lenient<T>(pub(super) Option<T>);

/// A type that a claim can be read as, from the JSON types that it accepts.
pub(super) trait FromClaim<'de>: Sized {
    fn from_text(text: Text<'de>) -> Option<Self> {
        drop(text);
        None
    }

    fn from_number(number: f64) -> Option<Self> {
        let _ = number;
        None
    }

    /// Reads all elements of the list.
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de> FromClaim<'de> for Text<'de> {
    fn from_text(text: Self) -> Option<Self> {
        Some(text)
    }
}

impl FromClaim<'_> for NumericDate {
    fn from_number(seconds: f64) -> Option<Self> {
        Self::of_seconds(seconds)
    }
}

impl<'de, T: FromClaim<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor<T>(PhantomData<T>);

        impl<'de, T: FromClaim<'de>> Visitor<'de> for ValueVisitor<T> {
            type Value = Lenient<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a claim")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Lenient(None))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Lenient(None))
            }

            #[expect(clippy::cast_precision_loss, reason = "as `f64` is deserialized")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                self.visit_f64(number as f64)
            }

            #[expect(clippy::cast_precision_loss, reason = "as `f64` is deserialized")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                self.visit_f64(number as f64)
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Lenient(T::from_number(number)))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Lenient(T::from_text(Text(text.into()))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Lenient(T::from_text(Text(text.to_owned().into()))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                T::from_list(list).map(Lenient)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Lenient(None))
            }
        }

        deserializer.deserialize_any(ValueVisitor(PhantomData))
    }
}
