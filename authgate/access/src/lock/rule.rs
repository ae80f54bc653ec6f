//! A rule that stands on its own: what an [`Expression`](crate::Expression) says, in its normal form.

use std::fmt;

use super::words::{Name, TypeWord, is_of_kind};

/// What a caller has to meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A member of a set.
    Held {
        /// `role`, `scope` or `permission`.
        kind: String,
        /// Its name.
        name: String,
        /// Held within this tenant.
        tenant: Option<String>,
    },
    /// A credential of the scheme of this name.
    Scheme(String),
    /// A login not longer ago than so many seconds.
    Fresh(u64),
    /// A login of one of these authentication context classes, the most welcome first.
    Acr(Vec<String>),
    /// A login by this authentication method (RFC 8176).
    Factor(String),
    /// A requirement of the application's own.
    Own {
        /// Its kind, in a word.
        kind: String,
        /// Its name.
        name: String,
    },
    /// What a policy says of a resource.
    Policy {
        /// The policy.
        policy: String,
        /// The resource's type.
        on: String,
    },
    /// Nothing: what the gate asks of everybody is not asked.
    Waived {
        /// What is not asked.
        requirement: Box<Self>,
        /// Why.
        reason: String,
    },
    /// All of the parts.
    All(Vec<Self>),
    /// One of the parts.
    Any(Vec<Self>),
    /// Not the part.
    Not(Box<Self>),
}

impl Rule {
    /// The rule in its normal form: no `not` of a `not`, no `and` directly in an `and` nor `or` in an `or`, nothing twice,
    /// and the parts in one order, roles first and policies last. It means the same.
    #[must_use]
    pub fn normal(self) -> Self {
        match self {
            Self::All(parts) => joined(parts, Self::All, |part| match part {
                Self::All(parts) => Ok(parts),
                part => Err(part),
            }),
            Self::Any(parts) => joined(parts, Self::Any, |part| match part {
                Self::Any(parts) => Ok(parts),
                part => Err(part),
            }),
            Self::Not(part) => match part.normal() {
                Self::Not(part) => *part,
                part => Self::Not(Box::new(part)),
            },
            Self::Waived { requirement, reason } => {
                Self::Waived { requirement: Box::new(requirement.normal()), reason }
            }
            leaf => leaf,
        }
    }

    /// A requirement of the application's own. A hand may have written a kind that is a word of the grammar, or no word.
    pub(super) fn own(kind: &str, name: String) -> Self {
        const TAKEN: [&str; 7] = ["role", "scope", "permission", "scheme", "fresh", "acr", "factor"];
        let is_word = !kind.is_empty() && kind.chars().all(is_of_kind);
        if is_word && !TAKEN.contains(&kind) {
            return Self::Own { kind: kind.to_owned(), name };
        }
        Self::Own { kind: "own".to_owned(), name: format!("{kind}:{name}") }
    }

    /// The parts that it is made of, and none for what has none.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(part),
            _ => &[],
        }
    }

    /// What the rule comes to where it is known of some of its leaves whether they hold; `None` where it depends on others.
    pub fn decide(&self, leaf: &mut impl FnMut(&Self) -> Option<bool>) -> Option<bool> {
        match self {
            Self::All(parts) => several(parts, leaf, false),
            Self::Any(parts) => several(parts, leaf, true),
            Self::Not(part) => part.decide(leaf).map(|holds| !holds),
            Self::Waived { .. } => Some(true),
            _ => leaf(self),
        }
    }

    /// Calls for every leaf of the rule, in order; of what is waived, for the waiver and not for what it waives.
    pub fn for_each_leaf<'a>(&'a self, leaf: &mut impl FnMut(&'a Self)) {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => {
                self.parts().iter().for_each(|part| part.for_each_leaf(leaf));
            }
            _ => leaf(self),
        }
    }

    /// Where a part stands among others.
    const fn rank(&self) -> u8 {
        match self {
            Self::Held { kind, .. } => match kind.as_bytes() {
                b"role" => 0,
                b"permission" => 1,
                _ => 2,
            },
            Self::Own { .. } => 3,
            Self::Scheme(_) => 4,
            Self::Factor(_) => 5,
            Self::Acr(_) => 6,
            Self::Fresh(_) => 7,
            Self::Not(_) => 8,
            Self::All(_) | Self::Any(_) => 9,
            Self::Policy { .. } => 10,
            Self::Waived { .. } => 11,
        }
    }
}

fn joined(
    parts: Vec<Rule>,
    join: fn(Vec<Rule>) -> Rule,
    open: impl Fn(Rule) -> Result<Vec<Rule>, Rule>,
) -> Rule {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part.normal()) {
            Ok(parts) => flat.extend(parts),
            Err(part) => flat.push(part),
        }
    }
    flat.sort_by(|one, other| one.rank().cmp(&other.rank()).then_with(|| one.cmp(other)));
    flat.dedup();
    match flat.pop() {
        Some(only) if flat.is_empty() => only,
        last => {
            flat.extend(last);
            join(flat)
        }
    }
}

/// `decisive` where one of the parts is; else unknown where one of them is.
fn several(parts: &[Rule], leaf: &mut impl FnMut(&Rule) -> Option<bool>, decisive: bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for part in parts {
        match part.decide(leaf) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { kind, name, tenant } => {
                write!(f, "{kind}:{}", Name(name))?;
                tenant.iter().try_for_each(|tenant| write!(f, " in {}", TypeWord(tenant)))
            }
            Self::Scheme(name) => write!(f, "scheme:{}", Name(name)),
            Self::Fresh(seconds) => write!(f, "fresh:{seconds}s"),
            Self::Acr(values) => {
                f.write_str("acr:")?;
                values.iter().enumerate().try_for_each(|(at, value)| {
                    write!(f, "{}{}", if at == 0 { "" } else { "," }, Name(value))
                })
            }
            Self::Factor(method) => write!(f, "factor:{}", Name(method)),
            Self::Own { kind, name } => write!(f, "{kind}:{}", Name(name)),
            Self::Policy { policy, on } => write!(f, "policy:{} on {}", TypeWord(policy), TypeWord(on)),
            Self::Waived { requirement, reason } => write!(f, "waived({requirement}) {reason:?}"),
            Self::All(parts) => between(f, parts, " & "),
            Self::Any(parts) => between(f, parts, " | "),
            Self::Not(part) => {
                f.write_str("!")?;
                part.as_part(f)
            }
        }
    }
}

fn between(f: &mut fmt::Formatter<'_>, parts: &[Rule], between: &str) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            f.write_str(between)?;
        }
        part.as_part(f)?;
    }
    Ok(())
}

impl Rule {
    /// In parentheses, where it is a mix.
    fn as_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}
