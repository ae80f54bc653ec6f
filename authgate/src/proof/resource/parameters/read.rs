//! A serde deserializer over the values of path parameters.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::NoKey;

/// The longest value that can name something, in bytes.
const LONGEST: usize = 256;

/// Reads values in order; structs by their fields' names.
pub(super) struct Reader<'a> {
    all: &'a [(Box<str>, Box<str>)],
    values: std::vec::IntoIter<&'a str>,
    read: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(all: &'a [(Box<str>, Box<str>)], values: impl IntoIterator<Item = &'a str>) -> Self {
        Self { all, values: values.into_iter().collect::<Vec<_>>().into_iter(), read: 0 }
    }

    /// How many were read by their place.
    pub(super) const fn read(&self) -> usize {
        self.read
    }

    fn next(&mut self) -> Result<&'a str, Unfit> {
        let value = self.values.next().ok_or(Unfit(NoKey::Mismatch))?;
        self.read += 1;
        fit(value)
    }
}

fn fit(value: &str) -> Result<&str, Unfit> {
    if value.is_empty() || value.len() > LONGEST { Err(Unfit(NoKey::Unfit)) } else { Ok(value) }
}

/// An integer as it is written in one way only, since one thing has one name: no sign but of a negative one, no zeros before.
fn integer<T: std::str::FromStr>(text: &str) -> Result<T, Unfit> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" && text == "0" || !digits.starts_with('0'));
    if !is_plain {
        return Err(Unfit(NoKey::Unfit));
    }
    text.parse().map_err(|_| Unfit(NoKey::Unfit))
}

/// There is no key, and why.
#[derive(Debug)]
pub(super) struct Unfit(pub(super) NoKey);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no key")
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    /// What a type says of a value that it cannot be made of.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(NoKey::Unfit)
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident;)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
                visitor.$visit(integer(self.next()?)?)
            }
        )*
    };
}

macro_rules! refused {
    ($($method:ident;)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unfit> {
                Err(Unfit(NoKey::Mismatch))
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Unfit;

    integers! {
        deserialize_i8 visit_i8;
        deserialize_i16 visit_i16;
        deserialize_i32 visit_i32;
        deserialize_i64 visit_i64;
        deserialize_i128 visit_i128;
        deserialize_u8 visit_u8;
        deserialize_u16 visit_u16;
        deserialize_u32 visit_u32;
        deserialize_u64 visit_u64;
        deserialize_u128 visit_u128;
    }

    refused! {
        deserialize_f32;
        deserialize_f64;
        deserialize_option;
        deserialize_unit;
        deserialize_seq;
        deserialize_map;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.next()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Unfit(NoKey::Unfit)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let mut characters = self.next()?.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => visitor.visit_char(one),
            _ => Err(Unfit(NoKey::Unfit)),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.next()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_bytes(self.next()?.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Unfit> {
        Err(Unfit(NoKey::Mismatch))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_seq(Places { reader: self, left: len })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let named = |field: &&'static str| {
            let found = self.all.iter().find(|(name, _)| **name == **field);
            found.map(|(_, value)| (*field, &**value)).ok_or(Unfit(NoKey::Mismatch))
        };
        let fields: Vec<_> = fields.iter().map(named).collect::<Result<_, _>>()?;
        visitor.visit_map(Fields { rest: fields.into_iter(), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let variant: StrDeserializer<'_, Unfit> = self.next()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    serde::forward_to_deserialize_any! { str string identifier ignored_any }
}

struct Places<'a, 'r> {
    reader: &'a mut Reader<'r>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Places<'_, '_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct Fields<'a> {
    rest: std::vec::IntoIter<(&'static str, &'a str)>,
    value: Option<&'a str>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StrDeserializer<'_, Unfit> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let value = self.value.take().ok_or(Unfit(NoKey::Mismatch))?;
        seed.deserialize(&mut Reader::new(&[], [value]))
    }
}
