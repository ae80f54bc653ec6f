//! The rule and the decision of built-in requirements.

use std::borrow::Cow;

use super::Decision;
use crate::access::{Builtin, Rule, Value};
use crate::right::ForbiddenReason;

/// Creates the rule of a built-in requirement whose value is this text.
pub(crate) const fn by_text(builtin: Builtin, value: &'static str) -> Rule {
    Rule::Builtin(builtin, Value::Text(Cow::Borrowed(value)))
}

pub(super) const fn allow_or(reason: ForbiddenReason, is_met: bool) -> Decision {
    if is_met { Decision::Allow } else { Decision::Deny(reason) }
}
