use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

/// A column value that has the same meaning in a database and in Rust.
///
/// Values of different kinds are not equal, except `Bool` and `Integer`. A filter must use the kind
/// that its [`Column`](super::Column) reads. The application binds each kind as the type of the
/// column:
///
/// | kind | PostgreSQL | SQLite | bound as, for example |
/// |---|---|---|---|
/// | `Bool` | `boolean` | `BOOLEAN` | `bool` |
/// | `Integer` | `bigint`, `integer` | `INTEGER` | `i64` |
/// | `Text` | `text` | `TEXT` | `&str` |
/// | `Bytes` | `bytea` | `BLOB` | `&[u8]` |
/// | `Uuid` | `uuid` | `BLOB` | `uuid::Uuid::from_bytes(id)`, or `&id[..]` for a `BLOB` |
/// | `Timestamp` | `timestamptz` | `INTEGER` | `chrono::DateTime::from_timestamp_micros(time)`, or `time` as `i64` |
///
/// # Examples
///
/// ```
/// use authgate::visible::ColumnValue;
///
/// enum Bound<'a> {
///     Bool(bool),
///     Integer(i64),
///     Text(&'a str),
///     Bytes(&'a [u8]),
/// }
///
/// /// Returns the value to bind in a query of SQLite, or `None` for a kind that the tables lack.
/// fn bound<'a>(value: &'a ColumnValue<'_>) -> Option<Bound<'a>> {
///     Some(match value {
///         ColumnValue::Bool(value) => Bound::Bool(*value),
///         ColumnValue::Integer(number) | ColumnValue::Timestamp(number) => Bound::Integer(*number),
///         ColumnValue::Text(text) => Bound::Text(text),
///         ColumnValue::Bytes(bytes) => Bound::Bytes(bytes),
///         ColumnValue::Uuid(id) => Bound::Bytes(id),
///         _ => return None,
///     })
/// }
///
/// assert!(matches!(bound(&"ada".into()), Some(Bound::Text("ada"))));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ColumnValue<'a> {
    /// SQL's `NULL`. It does not equal any value.
    Null,
    /// A boolean. SQLite stores it as 0 or 1.
    Bool(bool),
    /// A number.
    Integer(i64),
    /// A text. Two texts are equal if their bytes are.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A UUID (RFC 9562), as its 16 bytes in network order: `id.into_bytes()` of a `uuid::Uuid`.
    Uuid([u8; 16]),
    /// A time, in microseconds since 1970-01-01 UTC. This is the precision of PostgreSQL.
    Timestamp(i64),
}

impl ColumnValue<'_> {
    /// Converts the value into an owned one.
    pub(super) fn into_owned(self) -> ColumnValue<'static> {
        match self {
            Self::Null => ColumnValue::Null,
            Self::Bool(so) => ColumnValue::Bool(so),
            Self::Integer(number) => ColumnValue::Integer(number),
            Self::Text(text) => ColumnValue::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => ColumnValue::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Uuid(id) => ColumnValue::Uuid(id),
            Self::Timestamp(time) => ColumnValue::Timestamp(time),
        }
    }

    /// Returns `true` if a query would find the two equal.
    pub(super) fn equals(&self, other: &ColumnValue<'_>) -> bool {
        match (self, other) {
            (Self::Bool(one), ColumnValue::Bool(other)) => one == other,
            (Self::Integer(one), ColumnValue::Integer(other)) => one == other,
            (Self::Text(one), ColumnValue::Text(other)) => one == other,
            (Self::Bytes(one), ColumnValue::Bytes(other)) => one == other,
            (Self::Uuid(one), ColumnValue::Uuid(other)) => one == other,
            (Self::Timestamp(one), ColumnValue::Timestamp(other)) => one == other,
            (Self::Bool(so), ColumnValue::Integer(number))
            | (Self::Integer(number), ColumnValue::Bool(so)) => *number == i64::from(*so),
            _ => false,
        }
    }
}

/// Compares value and kind: `Bool(true)` does not equal `Integer(1)`.
impl PartialEq for ColumnValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(_), Self::Integer(_)) | (Self::Integer(_), Self::Bool(_)) => false,
            (one, other) => one.equals(other),
        }
    }
}

impl Eq for ColumnValue<'_> {}

impl From<bool> for ColumnValue<'_> {
    fn from(so: bool) -> Self {
        Self::Bool(so)
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(
            impl From<$integer> for ColumnValue<'_> {
                fn from(number: $integer) -> Self {
                    Self::Integer(number.into())
                }
            }
        )*
    };
}
integers!(i8 i16 i32 i64 u8 u16 u32);

impl<'a> From<&'a str> for ColumnValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for ColumnValue<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for ColumnValue<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for ColumnValue<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for ColumnValue<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

/// Rounds down to whole microseconds.
impl From<SystemTime> for ColumnValue<'_> {
    fn from(time: SystemTime) -> Self {
        let micros = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_nanos().div_ceil(1_000)).map_or(i64::MIN, |micros| -micros)
            }
        };
        Self::Timestamp(micros)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for ColumnValue<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(ColumnValue::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn values_equal_only_their_kind() {
        let id = [7; 16];
        let values = || {
            [
                ColumnValue::Null,
                ColumnValue::Integer(7),
                ColumnValue::Text("7".into()),
                ColumnValue::Bytes(id.to_vec().into()),
                ColumnValue::Uuid(id),
                ColumnValue::Timestamp(7),
            ]
        };
        for (index, one) in values().iter().enumerate() {
            for (at, other) in values().iter().enumerate() {
                assert_eq!(one == other, index == at, "{one:?} {other:?}");
                assert_eq!(one.equals(other), index == at && index > 0, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn time_is_rounded_down_to_microseconds() {
        let micros = |time: Option<SystemTime>| match time.map(ColumnValue::from) {
            Some(ColumnValue::Timestamp(micros)) => micros,
            other => panic!("{other:?}"),
        };
        let nanos = Duration::from_nanos;
        assert_eq!(micros(UNIX_EPOCH.checked_add(nanos(1_999))), 1);
        assert_eq!(micros(UNIX_EPOCH.checked_sub(nanos(1))), -1);
        assert_eq!(micros(UNIX_EPOCH.checked_sub(nanos(2_000))), -2);
        let far = Duration::from_secs(1 << 50);
        assert_eq!(micros(UNIX_EPOCH.checked_add(far)), i64::MAX);
        assert_eq!(micros(UNIX_EPOCH.checked_sub(far)), i64::MIN);
    }
}
