//! What a key is made of, found out by asking its type for one.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};

use super::NoKey;
use super::read::Unfit;

/// What a key is made of.
pub(super) enum Shape {
    /// So many parameters, by their places.
    Places(usize),
    /// The parameters of these names.
    Fields(&'static [&'static str]),
    /// Nothing that a path has.
    None,
}

/// Asks a type for a key. It gets values that stand for nothing, and may refuse them.
pub(super) fn shape<K: DeserializeOwned>() -> Shape {
    let mut probe = Probe { shape: Shape::Places(0), least: 0 };
    drop(K::deserialize(&mut probe));
    match probe.shape {
        Shape::Places(seen) => Shape::Places(seen.max(probe.least)),
        shape => shape,
    }
}

struct Probe {
    shape: Shape,
    /// What a tuple has said of itself, for where its parts refuse the values.
    least: usize,
}

impl Probe {
    fn one(&mut self) {
        if let Shape::Places(places) = &mut self.shape {
            *places += 1;
        }
    }

    fn none<T>(&mut self) -> Result<T, Unfit> {
        self.shape = Shape::None;
        Err(Unfit(NoKey::Mismatch))
    }
}

macro_rules! one {
    ($($method:ident $visit:ident $value:expr;)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
                self.one();
                visitor.$visit($value)
            }
        )*
    };
}

macro_rules! none {
    ($($method:ident($($argument:ty),*);)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, $(_: $argument,)* _: V) -> Result<V::Value, Unfit> {
                self.none()
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Probe {
    type Error = Unfit;

    one! {
        deserialize_i8 visit_i8 0;
        deserialize_i16 visit_i16 0;
        deserialize_i32 visit_i32 0;
        deserialize_i64 visit_i64 0;
        deserialize_i128 visit_i128 0;
        deserialize_u8 visit_u8 0;
        deserialize_u16 visit_u16 0;
        deserialize_u32 visit_u32 0;
        deserialize_u64 visit_u64 0;
        deserialize_u128 visit_u128 0;
        deserialize_bool visit_bool false;
        deserialize_char visit_char '0';
        deserialize_bytes visit_bytes b"0";
        deserialize_byte_buf visit_bytes b"0";
        deserialize_any visit_str "0";
    }

    none! {
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
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.least = self.least.max(len);
        visitor.visit_seq(Parts { probe: self, left: len })
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
        _: V,
    ) -> Result<V::Value, Unfit> {
        // In a tuple, names and places would be mixed.
        let alone = matches!(self.shape, Shape::Places(0)) && self.least == 0;
        self.shape = if alone { Shape::Fields(fields) } else { Shape::None };
        Err(Unfit(NoKey::Mismatch))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.one();
        let first = variants.first().copied().unwrap_or_default();
        let first: StrDeserializer<'_, Unfit> = first.into_deserializer();
        visitor.visit_enum(first)
    }

    serde::forward_to_deserialize_any! { str string identifier ignored_any }
}

struct Parts<'a> {
    probe: &'a mut Probe,
    left: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.probe).map(Some)
    }
}
