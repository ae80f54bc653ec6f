use std::fmt;
use std::panic::Location;

use http::Extensions;

use super::{Expression, PrincipalType, Taken, sound};
use crate::const_text::is_blank;
use crate::test_hooks::{Hooks, RequestHooks as _};

/// What a handler's first parameter states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Declaration {
    /// Anybody may call; the reason is in the source.
    Public {
        /// Why.
        reason: &'static str,
    },
    /// A part of the application that authgate does not see into, for a reason that is in the source.
    Ungated {
        /// Why.
        reason: &'static str,
    },
    /// Anybody who proves who he is, as a principal of this type.
    Authenticated {
        /// The principal's type.
        principal: PrincipalType,
    },
    /// Whoever holds the right, as a principal of this type.
    Authorized {
        /// The right.
        right: &'static Expression,
        /// The principal's type.
        principal: PrincipalType,
        /// Whether who may not is told that there is nothing: 404 in the place of 403.
        conceal: bool,
    },
}

impl Declaration {
    /// Ends const evaluation where no caller can ever meet it, every caller does, or its reason is blank.
    #[track_caller]
    pub(crate) const fn must_be_sound(&self) {
        match self {
            Self::Authorized { right, .. } => sound(right),
            Self::Public { reason } | Self::Ungated { reason } => {
                assert!(!is_blank(reason), "the reason is blank: write why every caller may call this");
            }
            Self::Authenticated { .. } => {}
        }
    }

    /// Records that a caller was admitted by this right, or without one. Returns `true` if the request
    /// is a probe's, which stops here.
    #[inline(always)]
    pub(crate) fn admits(request: &Extensions, right: Option<&'static Expression>) -> bool {
        Hooks::admitted(request, |declared: &Self| match (declared, right) {
            (Self::Authorized { right: declared, .. }, Some(right)) => *declared == right,
            (Self::Authenticated { .. }, None) => true,
            _ => false,
        })
    }

    /// Records that a request has arrived at a route with this declaration. Returns `true` if the
    /// request is a probe's, which stops here.
    #[inline(always)]
    pub(crate) fn arrived(self, request: &mut Extensions, route: &'static Location<'static>) -> bool {
        Hooks::arrived(request, self, matches!(self, Self::Public { .. }), route)
    }

    /// Which of a gate's schemes are taken.
    pub(crate) const fn taken(&self) -> Taken {
        match self {
            Self::Authorized { right, .. } => Taken::by(right),
            _ => Taken::ALL,
        }
    }
}

/// In the grammar of the access lock.
impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public { reason } => write!(f, "public {reason:?}"),
            Self::Ungated { reason } => write!(f, "ungated {reason:?}"),
            Self::Authenticated { principal } => write!(f, "authenticated {principal}"),
            Self::Authorized { right, conceal: false, .. } => write!(f, "{right}"),
            Self::Authorized { right, conceal: true, .. } => write!(f, "{right} conceal"),
        }
    }
}
