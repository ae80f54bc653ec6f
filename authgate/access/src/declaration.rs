use std::fmt;

use crate::const_text::is_blank;
use crate::{AcceptedSchemes, PrincipalType, Rule, sound};

/// The access that the first parameter of a handler declares.
///
/// # Examples
///
/// ```
/// use authgate::access::{Declaration, Table};
///
/// fn public_paths(table: &Table) -> Vec<&str> {
///     let routes =
///         table.iter().filter(|route| matches!(route.declaration(), Declaration::Public { .. }));
///     routes.map(|route| route.path()).collect()
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Declaration {
    /// Every caller is allowed.
    Public {
        /// The reason in the source.
        reason: &'static str,
    },
    /// A service that authgate does not protect.
    Ungated {
        /// The reason in the source.
        reason: &'static str,
    },
    /// Every authenticated caller is allowed.
    Authenticated {
        /// The type of the principal.
        principal: PrincipalType,
    },
    /// Callers with a right are allowed.
    Authorized {
        /// The right.
        right: &'static Rule,
        /// The type of the principal.
        principal: PrincipalType,
        /// `true` if other callers get 404 instead of 403.
        conceal: bool,
    },
    /// Callers that one of these declarations allows, each with another type of principal.
    Either {
        /// The declarations, in the order in which their gates decide.
        alternatives: &'static [Self],
    },
}

impl Declaration {
    /// Checks that the rule is neither unsatisfiable nor always true, and that the reason is not
    /// blank. In const evaluation, a panic is a compile error.
    #[track_caller]
    #[doc(hidden)]
    pub const fn must_be_sound(&self) {
        match self {
            Self::Authorized { right, .. } => sound(right),
            Self::Public { reason } | Self::Ungated { reason } => {
                assert!(!is_blank(reason), "the reason is blank: state why the route needs no right");
            }
            Self::Authenticated { .. } => {}
            Self::Either { alternatives } => {
                let mut left = *alternatives;
                while let [first, rest @ ..] = left {
                    first.must_be_sound();
                    if let (Some(one), [second, ..]) = (first.principal(), rest)
                        && let Some(other) = second.principal()
                    {
                        assert!(
                            !one.is_defined_with(&other),
                            "both sides of `Either` have the same principal: give each side a principal and a gate of \
                             its own, or write one rule, `#[requires(any(..))]`"
                        );
                    }
                    left = rest;
                }
            }
        }
    }

    /// Returns the declarations of which a caller must meet one: those of
    /// [`Either`](Self::Either), or only this one.
    #[must_use]
    pub const fn alternatives(&self) -> &[Self] {
        match self {
            Self::Either { alternatives } => alternatives,
            one => std::slice::from_ref(one),
        }
    }

    /// Returns the type of the principal, if the declaration has exactly one.
    #[must_use]
    pub const fn principal(&self) -> Option<PrincipalType> {
        match self {
            Self::Authenticated { principal } | Self::Authorized { principal, .. } => Some(*principal),
            Self::Public { .. } | Self::Ungated { .. } | Self::Either { .. } => None,
        }
    }

    /// Returns the schemes that the route accepts.
    #[doc(hidden)]
    #[must_use]
    pub const fn accepted_schemes(&self) -> AcceptedSchemes {
        match self {
            Self::Authorized { right, .. } => AcceptedSchemes::by(right),
            _ => AcceptedSchemes::ALL,
        }
    }
}

/// Formats the declaration in the syntax of the access lock.
impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public { reason } => write!(f, "public {reason:?}"),
            Self::Ungated { reason } => write!(f, "ungated {reason:?}"),
            Self::Authenticated { principal } => write!(f, "authenticated {principal}"),
            Self::Authorized { right, conceal: false, .. } => write!(f, "{right}"),
            Self::Authorized { right, conceal: true, .. } => write!(f, "{right} conceal"),
            Self::Either { alternatives } => {
                for (at, alternative) in alternatives.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { " | " })?;
                    match alternative {
                        Self::Authorized { right, principal, conceal } => {
                            right.fmt_part(f)?;
                            write!(f, " as {principal}{}", if *conceal { " conceal" } else { "" })?;
                        }
                        other => write!(f, "{other}")?,
                    }
                }
                Ok(())
            }
        }
    }
}
