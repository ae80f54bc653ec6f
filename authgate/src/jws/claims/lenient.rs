//! Claims that protect nothing by themselves: a value that cannot be read counts as unknown.

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;

/// A claim that only some routes require. If it cannot be read, it is `None`, and does not reject
/// the token: Supabase, for example, sends an `amr` of objects.
pub(super) struct Lenient<T>(pub(super) Option<T>);

/// Reads the text of the value first: a number such as `1e999` stops the parser for good.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        Ok(Self(serde_json::from_str(text).ok()))
    }
}
