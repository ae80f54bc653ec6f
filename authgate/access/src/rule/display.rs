//! A rule in the grammar of the access lock.

use std::fmt;

use super::builtin::write_value;
use super::words::{Name, TypeWord};
use super::{Part, Rule};

/// In the grammar of the access lock: `role:editor & scope:reports:write`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { right, tenant } => {
                write!(f, "{}:{}", right.kind(), Name(right.name()))?;
                tenant.iter().try_for_each(|tenant| write!(f, " in {}", TypeWord(&tenant.name.text())))
            }
            Self::Builtin(builtin, value) => {
                write!(f, "{}:", builtin.row().keyword)?;
                write_value(f, *builtin, value)
            }
            Self::Own(own) => write!(f, "{}:{}", own.kind(), Name(own.name())),
            Self::Policy { policy, on } => {
                write!(f, "policy:{} on {}", TypeWord(&policy.text()), TypeWord(&on.text()))
            }
            Self::Waived { requirement, reason } => write!(f, "waived({}) {reason:?}", requirement.get()),
            Self::All(parts) => joined(f, parts, " & "),
            Self::Any(parts) => joined(f, parts, " | "),
            Self::Not(part) => {
                f.write_str("!")?;
                part.get().fmt_part(f)
            }
        }
    }
}

impl Rule {
    /// Formats the rule, in parentheses if it is a combination.
    pub(crate) fn fmt_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            part => write!(f, "{part}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Part], between: &str) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(between)?;
        }
        part.get().fmt_part(f)?;
    }
    Ok(())
}
