//! Who may call what, as data.

mod expression;

pub use expression::{Expression, Held};

/// What a handler's first parameter states.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Declaration {
    /// Anybody may call; the reason is in the source.
    Public {
        /// Why.
        reason: &'static str,
    },
    /// Anybody who proves who he is, as a principal of this type.
    Authenticated {
        /// The principal type's own name.
        principal: &'static str,
    },
    /// Whoever holds the right, as a principal of this type.
    Authorized {
        /// The right.
        right: &'static Expression,
        /// The principal type's own name.
        principal: &'static str,
    },
}
