//! What a caller may be asked to hold: rights are types, and each says whose it is.
//!
//! A role or a scope is a *marker* type that `#[derive(Role)]` and `#[derive(Scope)]` emit for each variant of an
//! enum; [`All`] joins several. What a right means is told once, by its [`Requirement`] for the check and by its
//! [`Expression`] for the access table; both read the facts of the same [`RightSet`].

mod all;
mod implies;
mod marker;
mod principal;
mod set;
mod via;

pub use all::All;
pub use implies::{Fork, Implication, Implies, One, Zero};
pub use marker::{At, Index, Marker, Nth};
pub use principal::{Grant, HeldBy, Holds, Principal};
pub use set::{RightSet, RoleSet, Roles, ScopeSet, Scopes, UnknownName, kind};
pub use via::Via;

use crate::Context;
use crate::access::Expression;
use crate::denial::Lack;

/// A type that states what a caller must hold, as data for the access table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right",
    label = "not a role, a scope or a combination of them",
    note = "name a marker that `#[derive(authgate::Role)]` or `#[derive(authgate::Scope)]` made, such as \
            `role::Admin`, or several in `authgate::All<(..)>`"
)]
pub trait Right: 'static {
    /// The right, in the terms of the access table.
    const EXPRESSION: &'static Expression;
}

/// A right that a principal of type `P` can be checked for.
#[diagnostic::on_unimplemented(
    message = "`{P}` cannot be asked for `{Self}`",
    label = "this right does not belong to `{P}`",
    note = "name its set on the principal: `#[principal(role = ..)]` or `#[principal(scope = ..)]`; add `foreign` \
            where the set is another principal's or another crate's",
    note = "a scheme, as in `scheme = ApiKey` or `Via<ApiKey>`, has to be an `authgate::scheme::Named`"
)]
pub trait Requirement<P>: Right {
    /// Whether this caller holds the right.
    fn decide(principal: &P, context: &Context) -> Decision;
}

/// What a [`Requirement`] says of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Decision {
    /// The caller holds the right.
    Allow,
    /// The caller does not hold the right; what he lacks goes to the client.
    Deny(Lack),
    /// It could not be found out, because something that had to be asked did not answer.
    Undecided,
}

impl Decision {
    /// Both must hold. A certain "no" stands whatever the other says; of two, the weightier reason is told, so
    /// that a missing scope is named only where scopes alone are missing.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, decided) | (decided, Self::Allow) => decided,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.weightier(two)),
            (Self::Deny(reason), Self::Undecided) | (Self::Undecided, Self::Deny(reason)) => {
                Self::Deny(reason)
            }
            (Self::Undecided, Self::Undecided) => Self::Undecided,
        }
    }
}
