use std::fmt::Display;

use super::grants::union;
use super::marker::{Index as _, by_mask, granted_by};
use super::{Acr, Decision, Factor, Fresh, In, Marker, RightSet, Via, Waive};
use crate::right::SetOfRights;
use crate::test_hooks::{Gift, Hooks, SampleHooks, Unfilled};

/// Who calls: what a credential identifies, with the roles and scopes that it carries. Written by
/// `#[derive(authgate::Principal)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a principal",
    label = "this type does not say who calls",
    note = "write `#[derive(authgate::Principal)]` on the struct, and `#[principal(id)]` on the field that names the caller"
)]
pub trait Principal: Sized + Send + Sync + 'static {
    /// The type of the caller's name.
    type Id: Display + ?Sized;

    /// The type's own name, for the access table.
    const NAME: &'static str;

    /// The sets of rights that he holds, for the access table.
    #[doc(hidden)]
    const SETS: &'static [SetOfRights] = &[];

    /// What is declared of subjects that several issuers use.
    #[doc(hidden)]
    const SUBJECTS: Subjects = Subjects::Undeclared;

    /// Sets the field that holds the issuer.
    #[doc(hidden)]
    fn __set_issuer(&mut self, issuer: &str) {
        let _ = issuer;
    }

    /// One for tests, who holds nothing.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    #[doc(hidden)]
    fn __sample() -> Result<Self, Unfilled> {
        Err(Hooks::no_sample::<Self>())
    }

    /// Names him.
    #[doc(hidden)]
    fn __name(&mut self, id: Self::Id)
    where
        Self::Id: Sized,
    {
        drop(id);
    }

    /// Gives him a right; `false` where no field takes it.
    #[doc(hidden)]
    fn __give(&mut self, gift: &Gift) -> bool {
        let _ = gift;
        false
    }

    /// What names the caller among all callers; goes to the operator's log, never to the client.
    fn id(&self) -> &Self::Id;
}

/// What a principal declares of its subjects: each issuer names its own (RFC 7519 section 4.1.2).
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "for the derive alone")]
pub enum Subjects {
    Undeclared,
    /// A field of the principal holds the issuer.
    OfIssuer,
    /// A subject is the same caller at each issuer.
    Shared,
}

/// Whose the rights of a set are, so that `Authorized<role::Admin>` needs not say it. On the enum; written by
/// `#[derive(Principal)]`.
#[diagnostic::on_unimplemented(
    message = "nobody holds the rights of `{Self}` yet",
    label = "no principal names this set",
    note = "write `#[principal(role = {Self})]` (or `scope = {Self}`) on the struct that derives `authgate::Principal`; \
            where the set is shared or another crate's, say whose right is meant: `Authorized<.., User>`, or \
            `principal = User` in `#[requires]`"
)]
pub trait HeldBy {
    /// The principal that holds them.
    type Principal;
}

/// That a principal holds rights of a set, and which. Written by `#[derive(Principal)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no rights of `{Set}`",
    label = "this principal does not name `{Set}`",
    note = "write `#[principal(role = {Set})]` or `#[principal(scope = {Set})]` on `{Self}`; add `foreign` where the \
            set is another principal's or another crate's"
)]
pub trait Holds<Set: RightSet> {
    /// The members held, one bit each, in the order of the variants; as given, without what they imply.
    fn held(&self) -> u128;

    /// These, with what they imply.
    #[doc(hidden)]
    #[must_use]
    fn with_implied(members: u128) -> u128 {
        union(Set::CLOSURE, members)
    }

    /// Whether one is held: by a mask of all that grant it.
    #[doc(hidden)]
    #[inline]
    fn holds<M: Marker<Set = Set>>(&self) -> Decision {
        by_mask::<M>(self.held() & const { granted_by(<M::Set as RightSet>::CLOSURE, M::Index::VALUE) })
    }

    /// The scope that a credential would need for one, where it is limited by its scopes.
    #[doc(hidden)]
    #[must_use]
    fn least_scope<M: Marker<Set = Set>>() -> Option<&'static str> {
        None
    }
}

/// Whose a right is, where it says so itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whose right it is",
    label = "needs a principal",
    note = "name the principal: `Authorized<{Self}, User>`; the parts of an `All` or `Any` are rights of one principal, and what \
            stands first says whose: put a role there, or a right whose derive names its principal"
)]
pub trait Grant {
    /// The principal.
    type Principal;
}

#[diagnostic::do_not_recommend]
impl<T, M: Marker + Grant> Grant for In<T, M> {
    type Principal = M::Principal;
}

impl<M: Marker> Grant for M
where
    M::Set: HeldBy,
{
    type Principal = <M::Set as HeldBy>::Principal;
}

/// A right that can stand beside one of the principal `P`: one of his, or one of anybody.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right of `{P}`",
    label = "cannot stand beside a right of `{P}`",
    note = "let all rights of one rule be those of one principal"
)]
pub trait Beside<P> {}

#[diagnostic::do_not_recommend]
impl<M: Marker + Grant<Principal = P>, P> Beside<P> for M {}

#[diagnostic::do_not_recommend]
impl<T, M: Marker + Grant<Principal = P>, P> Beside<P> for In<T, M> {}

// Whatever `S` is: that it is no scheme is told where it is named.
impl<S, P> Beside<P> for Via<S> {}
impl<const SECONDS: u64, P> Beside<P> for Fresh<SECONDS> {}
impl<W, P> Beside<P> for Acr<W> {}
impl<W, P> Beside<P> for Factor<W> {}
impl<R, W, P> Beside<P> for Waive<R, W> {}
