use std::fmt;

use crate::Rule;
use crate::rule::words::TypeWord;

/// The access of a route.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::{Access, Lock};
///
/// let lock = Lock::parse("access.lock v1\nGET /health public \"probe\"\n")?;
/// assert_eq!(*lock.routes()[0].access(), Access::Public { reason: "probe".into() });
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Every caller is allowed.
    Public {
        /// The reason.
        reason: String,
    },
    /// A service that authgate does not protect.
    Ungated {
        /// The reason.
        reason: String,
    },
    /// Every authenticated caller is allowed.
    Authenticated {
        /// The type of the principal.
        principal: String,
    },
    /// Callers that satisfy a rule are allowed.
    Authorized {
        /// The rule.
        rule: Rule,
        /// The type of the principal, if the table has several.
        principal: Option<String>,
        /// `true` if other callers get 404 instead of 403.
        conceal: bool,
    },
    /// Callers that one of these allows. Each states its principal.
    Either {
        /// The alternatives, of which none is open or an `Either`.
        alternatives: Vec<Self>,
    },
}

impl Access {
    /// Returns the accesses of which a caller must have one: those of [`Either`](Self::Either), or
    /// only this one.
    #[must_use]
    pub fn alternatives(&self) -> &[Self] {
        match self {
            Self::Either { alternatives } => alternatives,
            one => std::slice::from_ref(one),
        }
    }

    /// Returns `true` if the route requires no authentication.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Public { .. } | Self::Ungated { .. })
    }

    /// Returns the rule, if the route has exactly one.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Authorized { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// Returns the rules of the alternatives.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.alternatives().iter().filter_map(Self::rule)
    }

    /// Returns the types of the principals that the lock states.
    #[doc(hidden)]
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        self.alternatives().iter().filter_map(Self::principal)
    }

    /// Returns `true` if an authenticated caller without the right gets 404 instead of 403.
    pub(crate) fn conceals(&self) -> bool {
        self.alternatives().iter().any(|access| matches!(access, Self::Authorized { conceal: true, .. }))
    }

    /// Returns the type of the principal, if the lock states exactly one.
    #[doc(hidden)]
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        match self {
            Self::Authenticated { principal } => Some(principal),
            Self::Authorized { principal, .. } => principal.as_deref(),
            Self::Public { .. } | Self::Ungated { .. } | Self::Either { .. } => None,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public { reason } => write!(f, "public {reason:?}"),
            Self::Ungated { reason } => write!(f, "ungated {reason:?}"),
            Self::Authenticated { principal } => write!(f, "authenticated {}", TypeWord(principal)),
            Self::Authorized { rule, principal, conceal } => {
                write!(f, "{rule}")?;
                if let Some(principal) = principal {
                    write!(f, " as {}", TypeWord(principal))?;
                }
                f.write_str(if *conceal { " conceal" } else { "" })
            }
            Self::Either { alternatives } => {
                for (at, alternative) in alternatives.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " | " })?;
                    match alternative {
                        Self::Authorized { rule, principal: Some(principal), conceal } => {
                            rule.fmt_part(f)?;
                            write!(f, " as {}", TypeWord(principal))?;
                            f.write_str(if *conceal { " conceal" } else { "" })?;
                        }
                        other => write!(f, "{other}")?,
                    }
                }
                Ok(())
            }
        }
    }
}
