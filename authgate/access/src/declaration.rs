use std::fmt;

use crate::const_text::is_blank;
use crate::{PrincipalType, Rule, Taken, sound};

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
        right: &'static Rule,
        /// The principal's type.
        principal: PrincipalType,
        /// Whether who may not is told that there is nothing: 404 in the place of 403.
        conceal: bool,
    },
}

impl Declaration {
    /// Ends const evaluation where no caller can ever meet it, every caller does, or its reason is blank.
    #[track_caller]
    #[doc(hidden)]
    pub const fn must_be_sound(&self) {
        match self {
            Self::Authorized { right, .. } => sound(right),
            Self::Public { reason } | Self::Ungated { reason } => {
                assert!(!is_blank(reason), "the reason is blank: write why every caller may call this");
            }
            Self::Authenticated { .. } => {}
        }
    }

    /// Which of a gate's schemes are taken.
    #[doc(hidden)]
    #[must_use]
    pub const fn taken(&self) -> Taken {
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
