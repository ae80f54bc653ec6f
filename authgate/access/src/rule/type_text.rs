use std::borrow::Cow;
use std::fmt;

use crate::TypeName;

/// The name of a type: from the compiler, or read from a lock.
///
/// # Examples
///
/// ```
/// use authgate::access::TypeText;
///
/// assert_eq!(TypeText::from("CanEdit".to_owned()).text(), "CanEdit");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TypeText {
    /// From the compiler.
    Of(TypeName),
    /// As a lock writes it.
    Read(Cow<'static, str>),
}

impl TypeText {
    /// Returns the name: `CanEdit`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Of(name) => name.to_string().into(),
            Self::Read(text) => Cow::Borrowed(text),
        }
    }

    /// Returns the name with its modules, if the compiler knows it: `app::CanEdit`.
    pub(crate) fn path(&self) -> Option<&'static str> {
        match self {
            Self::Of(name) => Some(name.full()),
            Self::Read(_) => None,
        }
    }
}

impl From<String> for TypeText {
    fn from(text: String) -> Self {
        Self::Read(text.into())
    }
}

impl fmt::Display for TypeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
