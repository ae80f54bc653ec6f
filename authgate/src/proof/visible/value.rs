use std::borrow::Cow;

/// A column value that has the same meaning in a database and in Rust.
///
/// # Examples
///
/// ```
/// use authgate::visible::Value;
///
/// /// A text for a query log.
/// fn shown(value: &Value<'_>) -> String {
///     match value {
///         Value::Text(text) => text.to_string(),
///         Value::Integer(number) => number.to_string(),
///         Value::Bool(value) => value.to_string(),
///         _ => "NULL".to_owned(),
///     }
/// }
///
/// assert_eq!(shown(&"ada".into()), "ada");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// SQL's `NULL`. It does not equal any value.
    Null,
    /// A boolean. SQLite stores it as 0 or 1.
    Bool(bool),
    /// A number.
    Integer(i64),
    /// A text. Two texts are equal if their bytes are.
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// Converts the value into an owned one.
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(so) => Value::Bool(so),
            Self::Integer(number) => Value::Integer(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// Returns `true` if a query would find the two equal.
    pub(super) fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Bool(one), Value::Bool(other)) => one == other,
            (Self::Integer(one), Value::Integer(other)) => one == other,
            (Self::Text(one), Value::Text(other)) => one == other,
            (Self::Bool(so), Value::Integer(number)) | (Self::Integer(number), Value::Bool(so)) => {
                *number == i64::from(*so)
            }
            _ => false,
        }
    }
}

/// Compares value and kind: `Bool(true)` does not equal `Integer(1)`.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(_), Self::Integer(_)) | (Self::Integer(_), Self::Bool(_)) => false,
            (one, other) => one.equals(other),
        }
    }
}

impl Eq for Value<'_> {}

impl From<bool> for Value<'_> {
    fn from(so: bool) -> Self {
        Self::Bool(so)
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(
            impl From<$integer> for Value<'_> {
                fn from(number: $integer) -> Self {
                    Self::Integer(number.into())
                }
            }
        )*
    };
}
integers!(i8 i16 i32 i64 u8 u16 u32);

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
