//! A serde deserializer that makes a key of path parameters.

use std::slice;
use std::str::FromStr;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::{NoKey, Parameter};

/// The maximum length of a value, in bytes.
const LONGEST: usize = 256;

/// The parameters that a type of key consists of.
pub(super) enum Shape {
    /// This many parameters, in the order of the path.
    Places(usize),
    /// The parameters with these names.
    Fields(&'static [&'static str]),
    /// No path has such a key.
    Unsupported,
}

/// Reads values in their order, and structs by the names of their fields.
///
/// A reader without values determines the shape of a key: it deserializes a key from placeholders,
/// which the key may reject.
pub(super) struct Reader<'a> {
    all: &'a [Parameter],
    values: Option<std::vec::IntoIter<&'a str>>,
    /// The parameters that were read.
    shape: Shape,
}

impl<'a> Reader<'a> {
    pub(super) fn new(all: &'a [Parameter], values: Vec<&'a str>) -> Self {
        Self { all, values: Some(values.into_iter()), shape: Shape::Places(0) }
    }

    /// Returns the shape of a key.
    pub(super) fn shape<K: DeserializeOwned>() -> Shape {
        let mut reader = Self { all: &[], values: None, shape: Shape::Places(0) };
        drop(K::deserialize(&mut reader));
        reader.shape
    }

    /// Returns how many parameters were read in the order of the path.
    pub(super) const fn read(&self) -> usize {
        if let Shape::Places(read) = self.shape { read } else { 0 }
    }

    fn count(&mut self, more: usize) {
        if let Shape::Places(places) = &mut self.shape {
            *places += more;
        }
    }

    fn next(&mut self, placeholder: &'a str) -> Result<&'a str, NoKey> {
        let value = match &mut self.values {
            Some(values) => values.next().ok_or(NoKey::Mismatch)?,
            None => placeholder,
        };
        self.count(1);
        if value.is_empty() || value.len() > LONGEST { Err(NoKey::Unfit) } else { Ok(value) }
    }

    fn unsupported<T>(&mut self) -> Result<T, NoKey> {
        self.shape = Shape::Unsupported;
        Err(NoKey::Mismatch)
    }
}

fn parse<T: FromStr>(text: &str) -> Result<T, NoKey> {
    text.parse().map_err(|_| NoKey::Unfit)
}

#[expect(clippy::unnecessary_wraps, reason = "has the signature of `parse`")]
const fn bytes(text: &str) -> Result<&[u8], NoKey> {
    Ok(text.as_bytes())
}

/// Parses an integer in its canonical form, so that a resource has one path: not `+7`, `007` or
/// `-0`.
fn integer<T: FromStr>(text: &str) -> Result<T, NoKey> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !digits.starts_with('0'));
    if is_canonical { parse(text) } else { Err(NoKey::Unfit) }
}

macro_rules! values {
    ($($method:ident $visit:ident $placeholder:literal $parse:expr;)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoKey> {
                visitor.$visit($parse(self.next($placeholder)?)?)
            }
        )*
    };
}

macro_rules! unsupported {
    ($($method:ident($($argument:ty)?);)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, $(_: $argument,)? _: V) -> Result<V::Value, NoKey> {
                self.unsupported()
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = NoKey;

    values! {
        deserialize_i8 visit_i8 "0" integer;
        deserialize_i16 visit_i16 "0" integer;
        deserialize_i32 visit_i32 "0" integer;
        deserialize_i64 visit_i64 "0" integer;
        deserialize_i128 visit_i128 "0" integer;
        deserialize_u8 visit_u8 "0" integer;
        deserialize_u16 visit_u16 "0" integer;
        deserialize_u32 visit_u32 "0" integer;
        deserialize_u64 visit_u64 "0" integer;
        deserialize_u128 visit_u128 "0" integer;
        deserialize_bool visit_bool "false" parse;
        deserialize_char visit_char "0" parse;
        deserialize_any visit_str "0" Ok;
        deserialize_bytes visit_bytes "0" bytes;
        deserialize_byte_buf visit_bytes "0" bytes;
    }

    unsupported! {
        deserialize_f32();
        deserialize_f64();
        deserialize_option();
        deserialize_unit();
        deserialize_seq();
        deserialize_map();
        deserialize_unit_struct(&'static str);
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, NoKey> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, NoKey> {
        visitor.visit_seq(Places { reader: self, left: len })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, NoKey> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoKey> {
        self.shape = Shape::Fields(fields);
        if self.values.is_none() {
            return Err(NoKey::Mismatch);
        }
        visitor.visit_map(Fields { all: self.all, rest: fields.iter(), name: "" })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoKey> {
        let variant: StrDeserializer<'_, NoKey> =
            self.next(variants.first().copied().unwrap_or_default())?.into_deserializer();
        visitor.visit_enum(variant)
    }

    serde::forward_to_deserialize_any! { str string identifier ignored_any }
}

/// The parts of a tuple. They may be tuples.
struct Places<'a, 'r> {
    reader: &'a mut Reader<'r>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Places<'_, '_> {
    type Error = NoKey;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NoKey> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let part = seed.deserialize(&mut *self.reader);
        if matches!(self.reader.shape, Shape::Fields(_)) {
            // Names and places would be mixed.
            return self.reader.unsupported();
        }
        if part.is_err() {
            // The rejected placeholder has ended the tuple. Each part that is left takes a
            // parameter.
            self.reader.count(left);
        }
        part.map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct Fields<'a> {
    all: &'a [Parameter],
    rest: slice::Iter<'static, &'static str>,
    name: &'static str,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = NoKey;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NoKey> {
        let Some(name) = self.rest.next() else { return Ok(None) };
        self.name = name;
        let name: StrDeserializer<'_, NoKey> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NoKey> {
        let value = super::find(self.all, self.name).ok_or(NoKey::Mismatch)?;
        seed.deserialize(&mut Reader::new(&[], vec![value]))
    }
}
