//! The normal form of a rule.

use super::{Part, Rule};

impl Rule {
    /// Returns the rule in its normal form. It means the same.
    ///
    /// The form has no `not` of a `not`, no `and` directly in an `and` and no `or` in an `or`. It
    /// lists each part once, roles first and policies last.
    #[must_use]
    pub fn normal(self) -> Self {
        match self {
            Self::All(parts) => joined(parts.into_owned(), true),
            Self::Any(parts) => joined(parts.into_owned(), false),
            Self::Not(part) => match part.into_rule().normal() {
                Self::Not(part) => part.into_rule(),
                part => Self::Not(part.into()),
            },
            Self::Waived { requirement, reason } => {
                Self::Waived { requirement: requirement.into_rule().normal().into(), reason }
            }
            leaf => leaf,
        }
    }
}

fn joined(parts: Vec<Part>, all: bool) -> Rule {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match (part.into_rule().normal(), all) {
            (Rule::All(parts), true) | (Rule::Any(parts), false) => {
                flat.extend(parts.iter().map(|part| part.get().clone()));
            }
            (part, _) => flat.push(part),
        }
    }
    flat.sort();
    flat.dedup();
    match flat.pop() {
        Some(only) if flat.is_empty() => only,
        last => {
            flat.extend(last);
            if all { Rule::all(flat) } else { Rule::any(flat) }
        }
    }
}
