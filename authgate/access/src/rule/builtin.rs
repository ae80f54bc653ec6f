//! The built-in requirements on a credential or a login: one row each.

use std::borrow::Cow;
use std::fmt;

use super::text;
use super::words::Name;
use crate::ForbiddenReason;
use crate::const_text::{same_text, same_word};

/// A built-in requirement on the credential or the login of a caller.
///
/// # Examples
///
/// ```
/// use authgate::access::Builtin;
///
/// assert_eq!(Builtin::of_keyword("issuer"), Some(Builtin::Issuer));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Builtin {
    /// A credential of the scheme of this name.
    Scheme,
    /// A credential that this issuer has issued.
    Issuer,
    /// A login by this authentication method (RFC 8176).
    Factor,
    /// A login of one of these authentication context classes, most preferred first.
    Acr,
    /// A login at most this many seconds ago.
    Fresh,
}

/// How the values of a requirement are written, and which of them satisfy which.
///
/// # Examples
///
/// ```
/// use authgate::access::{Builtin, Values};
///
/// assert_eq!(Builtin::Acr.row().values, Values::Alternatives);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Values {
    /// One name. A caller has one of them. They are compared without case.
    OneWord,
    /// One name. A caller has one of them.
    OneName,
    /// One name. A caller may have several of them.
    SeveralNames,
    /// Names separated by spaces, one of which is sufficient. A caller has one of them.
    Alternatives,
    /// A number of seconds. A smaller number satisfies a larger one.
    Seconds,
}

/// The properties of a built-in requirement.
///
/// # Examples
///
/// ```
/// use authgate::access::Builtin;
///
/// assert_eq!(Builtin::Factor.row().keyword, "factor");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    /// The keyword in the lock and in `#[requires]`.
    pub keyword: &'static str,
    /// The reason of a denial. [`ForbiddenReason::Login`] if another login helps.
    pub lack: ForbiddenReason,
    /// Its values.
    pub values: Values,
    /// The text for people: `{}` is the value.
    pub words: &'static str,
    /// The type in `authgate::right` that takes the value as a text, for `#[requires]`.
    pub text_type: Option<&'static str>,
}

impl Builtin {
    /// All built-in requirements.
    pub const ALL: [Self; 5] = [Self::Scheme, Self::Issuer, Self::Factor, Self::Acr, Self::Fresh];

    /// Returns the properties.
    #[must_use]
    pub const fn row(self) -> &'static Row {
        match self {
            Self::Scheme => &Row {
                keyword: "scheme",
                lack: ForbiddenReason::Scheme,
                values: Values::OneWord,
                words: "the caller is authenticated by {}",
                text_type: None,
            },
            Self::Issuer => &Row {
                keyword: "issuer",
                lack: ForbiddenReason::Issuer,
                values: Values::OneName,
                words: "the credential is from {}",
                text_type: Some("FromIssuer"),
            },
            Self::Factor => &Row {
                keyword: "factor",
                lack: ForbiddenReason::Login,
                values: Values::SeveralNames,
                words: "the login used {}",
                text_type: Some("Factor"),
            },
            Self::Acr => &Row {
                keyword: "acr",
                lack: ForbiddenReason::Login,
                values: Values::Alternatives,
                words: "the login is of class {}",
                text_type: Some("Acr"),
            },
            Self::Fresh => &Row {
                keyword: "fresh",
                lack: ForbiddenReason::Login,
                values: Values::Seconds,
                words: "the login is not older than {}",
                text_type: None,
            },
        }
    }

    /// Returns the requirement with this keyword.
    #[must_use]
    pub fn of_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.row().keyword == keyword)
    }

    /// Returns `true` if another login can meet the requirement.
    #[must_use]
    pub const fn is_about_login(self) -> bool {
        matches!(self.row().lack, ForbiddenReason::Login)
    }

    /// Returns `true` if a lock declares the values in its header.
    pub(crate) const fn is_declared(self) -> bool {
        matches!(self.row().values, Values::SeveralNames)
    }

    /// Returns `true` if a caller who meets the requirement with one value meets it with the other.
    pub(crate) const fn implies(self, one: &Value, other: &Value) -> bool {
        match (self.row().values, one, other) {
            (Values::Seconds, Value::Seconds(one), Value::Seconds(other)) => *one <= *other,
            (Values::OneWord, Value::Text(one), Value::Text(other)) => same_word(text(one), text(other)),
            (_, Value::Text(one), Value::Text(other)) => same_text(text(one), text(other)),
            _ => false,
        }
    }
}

/// The value of a built-in requirement.
///
/// # Examples
///
/// ```
/// use authgate::access::Value;
///
/// let classes = Value::Text("gold silver".into());
/// assert_eq!(classes.alternatives().collect::<Vec<_>>(), ["gold", "silver"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a value is a text or a number")]
pub enum Value {
    /// A text.
    Text(Cow<'static, str>),
    /// A number of seconds.
    Seconds(u64),
}

impl Value {
    /// Returns the text. Empty for a number.
    #[must_use]
    pub const fn text(&self) -> &str {
        match self {
            Self::Text(value) => text(value),
            Self::Seconds(_) => "",
        }
    }

    /// Returns the alternatives of a text: `gold silver` -> `gold`, `silver`.
    pub fn alternatives(&self) -> impl Iterator<Item = &str> {
        self.text().split(' ').filter(|value| !value.is_empty())
    }

    /// Returns the number. Zero for a text.
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        match self {
            Self::Text(_) => 0,
            Self::Seconds(seconds) => *seconds,
        }
    }
}

/// In the grammar of the lock: `otp`, `gold,silver`, `300s`.
pub(super) fn write_value(f: &mut fmt::Formatter<'_>, builtin: Builtin, value: &Value) -> fmt::Result {
    match value {
        Value::Seconds(seconds) => write!(f, "{seconds}s"),
        value if builtin.row().values == Values::Alternatives => value
            .alternatives()
            .enumerate()
            .try_for_each(|(at, value)| write!(f, "{}{}", if at == 0 { "" } else { "," }, Name(value))),
        value => write!(f, "{}", Name(value.text())),
    }
}

/// For people: `the login is not older than 5 min`.
#[must_use]
pub fn in_words(builtin: Builtin, value: &Value) -> String {
    let value = match value {
        Value::Seconds(seconds) => age(*seconds),
        value if builtin.row().values == Values::Alternatives => {
            value.alternatives().collect::<Vec<_>>().join(" or ")
        }
        value => value.text().to_owned(),
    };
    builtin.row().words.replace("{}", &value)
}

/// `300` -> `5 min`.
#[must_use]
pub fn age(seconds: u64) -> String {
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "min")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_an_age_in_its_largest_whole_unit() {
        for (seconds, expected) in [(0, "0 s"), (90, "90 s"), (300, "5 min"), (7_200, "2 h"), (86_400, "1 d")]
        {
            assert_eq!(age(seconds), expected);
        }
    }

    #[test]
    fn every_builtin_has_a_unique_keyword() {
        for builtin in Builtin::ALL {
            assert_eq!(Builtin::of_keyword(builtin.row().keyword), Some(builtin));
            assert!(builtin.row().words.contains("{}"), "{builtin:?}");
        }
    }
}
