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
                write_part(f, part)
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Part], between: &str) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(between)?;
        }
        write_part(f, part)?;
    }
    Ok(())
}

/// In parentheses, if the part is a combination.
fn write_part(f: &mut fmt::Formatter<'_>, part: &Part) -> fmt::Result {
    match part.get() {
        part @ (Rule::All(_) | Rule::Any(_)) => write!(f, "({part})"),
        part => write!(f, "{part}"),
    }
}
