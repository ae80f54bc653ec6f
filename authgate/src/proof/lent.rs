//! Proofs by reference, for functions that do not keep them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::Authorized;
use crate::right::{All, Context, Implies, Invariant, RightOf};

/// A proof of `Q`, as functions of a service layer take it:
/// `fn publish(by: &impl Proof<role::Editor>, ..)`.
///
/// [`Authorized<R>`](Authorized) and [`ProofRef`] implement it for every right that `R` implies.
/// The trait is sealed.
///
/// # Examples
///
/// ```
/// use authgate::{Authorized, Proof, Roles};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// fn publish(by: &impl Proof<role::Viewer>, title: &str) -> String {
///     format!("{title}, published by {}", by.principal().sub)
/// }
///
/// async fn handler(admin: Authorized<role::Admin>) -> String {
///     publish(&admin, "Q3")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a proof of `{Q}`",
    label = "this proof does not imply `{Q}`",
    note = "authorize an `Authenticated` with `.authorize::<..>()?`; require `{Q}`, or a right that implies it, where \
            the request arrives; implications are declared on the enum: `#[role(implies(..))]`"
)]
pub trait Proof<Q, P = <Q as RightOf>::Principal>: sealed::Sealed<Q, P> {
    /// Returns the principal that has the right.
    fn principal(&self) -> &P;

    /// Returns how and when the caller was authenticated.
    fn context(&self) -> &Context;

    /// Lends the proof as a [`ProofRef`], for functions that are not generic.
    fn as_proof(&self) -> ProofRef<'_, Q, P>;
}

mod sealed {
    use super::super::IsInvariant;
    use super::{Authorized, Implies, ProofRef};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be a proof, because only authgate creates proofs",
        label = "not a proof of authgate",
        note = "take an `Authorized<..>` or a `ProofRef<'_, ..>` as a parameter, and pass it by reference"
    )]
    pub trait Sealed<Q, P>: IsInvariant {}
    impl<R: Implies<Q>, Q, P> Sealed<Q, P> for Authorized<R, P> {}
    impl<R: Implies<Q>, Q, P> Sealed<Q, P> for ProofRef<'_, R, P> {}
}

#[diagnostic::do_not_recommend]
impl<R: Implies<Q>, Q, P> Proof<Q, P> for Authorized<R, P> {
    fn principal(&self) -> &P {
        self
    }

    fn context(&self) -> &Context {
        self.context()
    }

    fn as_proof(&self) -> ProofRef<'_, Q, P> {
        self.as_proof::<Q>()
    }
}

/// A lent proof of `R`. It has the size of two references, and can be copied while the borrowed
/// proof lives.
///
/// # Examples
///
/// ```
/// use authgate::{ProofRef, Roles};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// fn note(by: ProofRef<'_, role::Viewer>, text: &str) -> String {
///     format!("{}: {text}", by.sub)
/// }
/// ```
pub struct ProofRef<'a, R, P = <R as RightOf>::Principal> {
    principal: &'a P,
    context: &'a Context,
    pub(super) invariant: Invariant<(R, P)>,
}

impl<'a, R, P> ProofRef<'a, R, P> {
    pub(super) const fn lend(principal: &'a P, context: &'a Context) -> Self {
        Self { principal, context, invariant: PhantomData }
    }

    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub const fn context(&self) -> &'a Context {
        self.context
    }

    /// Returns the proof of a right that `R` implies.
    #[must_use]
    pub const fn weaken<Q>(self) -> ProofRef<'a, Q, P>
    where
        R: Implies<Q>,
    {
        ProofRef::lend(self.principal, self.context)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Implies<Q>, Q, P> Proof<Q, P> for ProofRef<'_, R, P> {
    fn principal(&self) -> &P {
        self.principal
    }

    fn context(&self) -> &Context {
        self.context
    }

    fn as_proof(&self) -> ProofRef<'_, Q, P> {
        self.weaken::<Q>()
    }
}

impl<R, P> Clone for ProofRef<'_, R, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, P> Copy for ProofRef<'_, R, P> {}

impl<R, P> Deref for ProofRef<'_, R, P> {
    type Target = P;

    fn deref(&self) -> &P {
        self.principal
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<R, P> fmt::Debug for ProofRef<'_, R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofRef").field("scheme", &self.context.scheme()).finish_non_exhaustive()
    }
}

/// Splits a proof of [`All`] into proofs of its parts.
macro_rules! split {
    ($($part:ident)+) => { split!(@ [] $($part)+); };
    (@ [$($before:ident)*] $next:ident $($rest:ident)*) => {
        split!(= $($before)* $next);
        split!(@ [$($before)* $next] $($rest)*);
    };
    (@ [$($all:ident)*]) => {};
    (= $($part:ident)+) => {
        impl<'a, P, $($part),+> ProofRef<'a, All<($($part,)+)>, P> {
            /// Returns a proof of each part.
            #[must_use]
            pub const fn split(self) -> ($(ProofRef<'a, $part, P>,)+) {
                ($(ProofRef::<'a, $part, P>::lend(self.principal, self.context),)+)
            }
        }

        impl<P, $($part),+> Authorized<All<($($part,)+)>, P> {
            /// Lends a proof of each part. [`as_proof`](Self::as_proof) cannot select a part if
            /// another part has the same kind, and this method can.
            #[must_use]
            pub fn split(&self) -> ($(ProofRef<'_, $part, P>,)+) {
                self.as_proof::<All<($($part,)+)>>().split()
            }
        }
    };
}

split!(A B C D E F G H I J K L);
