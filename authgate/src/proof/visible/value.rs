use std::borrow::Cow;

/// A column value that has the same meaning in a database and in Rust.
///
/// # Examples
///
/// ```
/// use authgate::visible::ColumnValue;
///
/// /// A text for a query log.
/// fn shown(value: &ColumnValue<'_>) -> String {
///     match value {
///         ColumnValue::Text(text) => text.to_string(),
///         ColumnValue::Integer(number) => number.to_string(),
///         ColumnValue::Bool(value) => value.to_string(),
///         _ => "NULL".to_owned(),
///     }
/// }
///
/// assert_eq!(shown(&"ada".into()), "ada");
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
}

impl ColumnValue<'_> {
    /// Converts the value into an owned one.
    pub(super) fn into_owned(self) -> ColumnValue<'static> {
        match self {
            Self::Null => ColumnValue::Null,
            Self::Bool(so) => ColumnValue::Bool(so),
            Self::Integer(number) => ColumnValue::Integer(number),
            Self::Text(text) => ColumnValue::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// Returns `true` if a query would find the two equal.
    pub(super) fn equals(&self, other: &ColumnValue<'_>) -> bool {
        match (self, other) {
            (Self::Bool(one), ColumnValue::Bool(other)) => one == other,
            (Self::Integer(one), ColumnValue::Integer(other)) => one == other,
            (Self::Text(one), ColumnValue::Text(other)) => one == other,
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

impl<'a, T: Into<Self>> From<Option<T>> for ColumnValue<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(ColumnValue::Null, Into::into)
    }
}
