use std::borrow::Cow;

use super::text;
use super::words::is_of_kind;
use crate::DenialMessage;
use crate::const_text::same_text;

/// A custom requirement, as `#[derive(authgate::Right)]` describes it.
///
/// # Examples
///
/// ```
/// use authgate::denial::DenialMessage;
/// use authgate::access::{Own, Rule};
///
/// let active = Own::new("account", "active", &DenialMessage::DENIED);
/// assert_eq!(Rule::Own(active).to_string(), "account:active");
/// ```
#[derive(Clone, Debug)]
pub struct Own {
    kind: Cow<'static, str>,
    name: Cow<'static, str>,
    refusal: &'static DenialMessage,
    /// The type with its modules. Empty if the requirement is written by hand or read.
    of_type: &'static str,
}

impl Own {
    /// Creates a requirement of a kind (`policy`, `plan`) with a name. It denies for this reason
    /// unless it returns another.
    #[must_use]
    pub const fn new(kind: &'static str, name: &'static str, refusal: &'static DenialMessage) -> Self {
        Self { kind: Cow::Borrowed(kind), name: Cow::Borrowed(name), refusal, of_type: "" }
    }

    /// Sets the type, which tells two requirements of one name apart. The derive calls it.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_type(mut self, of_type: &'static str) -> Self {
        self.of_type = of_type;
        self
    }

    /// Creates the requirement that a lock writes. A kind that is a keyword or not a word becomes
    /// part of the name.
    #[doc(hidden)]
    #[must_use]
    pub fn read(kind: &str, name: String) -> Self {
        let is_word = !kind.is_empty() && kind.chars().all(is_of_kind);
        let (kind, name) = if is_word && !crate::keywords::is_of_rule(kind) {
            (kind.to_owned(), name)
        } else {
            ("own".to_owned(), format!("{kind}:{name}"))
        };
        Self { kind: kind.into(), name: name.into(), refusal: &DenialMessage::DENIED, of_type: "" }
    }

    /// Returns `true` if both are the same requirement.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        same_text(self.kind(), other.kind())
            && same_text(self.name(), other.name())
            && same_text(self.of_type, other.of_type)
    }

    /// Returns the kind, in one word: `policy`, `plan`, `region`.
    #[must_use]
    pub const fn kind(&self) -> &str {
        text(&self.kind)
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> &str {
        text(&self.name)
    }

    /// Returns the type with its modules. Empty if the requirement is written by hand.
    #[must_use]
    pub const fn type_path(&self) -> &'static str {
        self.of_type
    }

    /// Returns the reason of a denial.
    #[must_use]
    pub const fn refusal(&self) -> &'static DenialMessage {
        self.refusal
    }
}
