//! Built-in requirements whose value is a text.

use std::borrow::Cow;

use crate::access::{Builtin, Rule, Value};

/// Creates the rule of a built-in requirement with this value.
pub(crate) const fn by_text(builtin: Builtin, value: &'static str) -> Rule {
    Rule::Builtin(builtin, Value::Text(Cow::Borrowed(value)))
}
