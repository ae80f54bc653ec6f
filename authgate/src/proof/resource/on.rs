//! Combinations of rights of the caller and policies over one resource: "owner or admin".

use std::future::Future;

use super::{Async, Decides, DeclaredPolicy, ImpliesPrincipal, Policy};
use crate::right::implies::Atom;
use crate::right::kind::OfCaller;
use crate::right::{
    Beside, Context, Decision, FindTenant, Invariant, Requirement, Right, RightOf, Rule, Witness,
};
use crate::secret::debug_only;

/// The policy `X` over the resource, as a part of a combination:
/// `Granted<Any<(role::Admin, On<Owns>)>, Note>`. `#[requires(any(role = "admin", policy = Owns, on
/// = Note))]` expands to it.
///
/// A [`Policy`] is named as it is, and an [`AsyncPolicy`](super::AsyncPolicy) in [`Async`]. Alone,
/// a policy needs no `On`: `Granted<Owns, Note>`.
///
/// The rights of the caller are checked first. A policy is evaluated only if the result depends on
/// it.
///
/// # Security
///
/// An alternative without a policy admits to each resource that the path names. If it is a right in
/// a tenant ([`In`](crate::right::In)), the key of the resource must include the tenant. Otherwise,
/// an admin of one tenant gets the resources of another.
///
/// # Examples
///
/// ```
/// use authgate::resource::On;
/// use authgate::right::Any;
/// use authgate::{Decision, Granted, Policy, Roles};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
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
/// pub struct Note {
///     owner: String,
/// }
///
/// pub struct Owns;
///
/// impl Policy<Note> for Owns {
///     type Principal = User;
///
///     fn decide(user: &User, note: &Note) -> Decision {
///         Decision::allow_if(user.sub == note.owner)
///     }
/// }
///
/// type OwnerOrAdmin = Any<(role::Admin, On<Owns>)>;
///
/// async fn edit(note: Granted<OwnerOrAdmin, Note>) -> String {
///     format!("{} edits a note of {}", note.principal().sub, note.owner)
/// }
/// ```
pub struct On<X: ?Sized>(Invariant<X>);

debug_only!([X: ?Sized] On<X>);

/// The decisions of the policies in a rule, in the order of the rule.
#[derive(Debug, Default)]
pub struct Decisions<'a> {
    known: &'a [Option<Decision>],
    /// The position of the next policy.
    pub(super) next: usize,
    /// The position of the first policy without a decision that the result depends on.
    pub(super) open: Option<usize>,
}

impl<'a> Decisions<'a> {
    pub(super) const fn of(known: &'a [Option<Decision>]) -> Self {
        Self { known, next: 0, open: None }
    }

    /// Returns the decision of the next policy, if it is known.
    pub(super) fn known<W: Witness>(&mut self, rule: &'static Rule, witness: &mut W) -> Option<Decision> {
        let position = self.next;
        self.next += 1;
        let Some(decision) = self.known.get(position).copied().flatten() else {
            self.open.get_or_insert(position);
            return None;
        };
        witness.enter(rule);
        witness.leave(decision);
        Some(decision)
    }
}

/// A part of a rule over the resource `T`: a right of the caller, a policy in [`On`], or a
/// combination of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a rule over `{T}`",
    label = "not a right of the caller, and not a policy in `On<..>`",
    note = "in a combination, write a policy as `authgate::resource::On<{Self}>`, as in `Any<(role::Admin, On<Owns>)>`"
)]
pub trait OverResource<T>: 'static {
    /// The entry in the access table.
    const RULE: &'static Rule;

    /// The number of policies in the part.
    const POLICIES: usize;
}

/// A part that can be evaluated for a principal `P`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not decide about `{P}` and `{T}`",
    label = "not a right of `{P}`, and not a policy of `{P}` over `{T}`",
    note = "a right must be one of `{P}`; in a combination, write a policy as `authgate::resource::On<{Self}>`"
)]
pub trait Evaluate<T, P>: OverResource<T> {
    /// Decides with the known decisions of the policies. Returns `None` if the result depends on
    /// the others.
    fn evaluate<W: Witness>(
        principal: &P,
        context: &Context,
        decisions: &mut Decisions<'_>,
        witness: &mut W,
    ) -> Option<Decision>;

    /// As [`Requirement::find_tenants`].
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        let _ = (request, context);
        true
    }

    /// As [`Requirement::scopes`].
    fn scopes(names: &mut Vec<&'static str>) {
        let _ = names;
    }

    /// As [`Requirement::tenants_are_known`].
    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        let _ = (principal, context);
        true
    }
}

/// A part whose policies decide in an application with the state `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not decide about `{P}` and `{T}` in an application with the state `{S}`",
    label = "not a policy over `{T}`",
    note = "implement `authgate::Policy<{T}>` for the policy, or `authgate::resource::AsyncPolicy<{T}, {S}>`, which \
            is written `On<Async<..>>`"
)]
pub trait Ask<T, P, S>: Evaluate<T, P> {
    /// Asks the policy at this position.
    fn ask(
        position: usize,
        principal: &P,
        context: &Context,
        resource: &T,
        state: &S,
    ) -> impl Future<Output = Decision> + Send;
}

/// A part whose policies do not wait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not decide about `{P}` and `{T}` without waiting",
    label = "not a `Policy<{T}>`",
    note = "implement `authgate::Policy<{T}>` for the policy"
)]
pub trait AskNow<T, P>: Evaluate<T, P> {
    /// Asks the policy at this position.
    fn ask_now(position: usize, principal: &P, resource: &T) -> Decision;
}

/// The principal of a part.
#[diagnostic::on_unimplemented(
    message = "the principal of `{Self}` is missing",
    label = "name the principal",
    note = "write `Granted<.., {T}, User>`, or `principal = User` in `#[requires]`; in a combination, write a policy as \
            `authgate::resource::On<{Self}>`"
)]
pub trait PartPrincipal<T> {
    type Principal;
}

/// A part that is combined with a part of the principal `P`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not decide about `{P}` and `{T}`",
    label = "cannot be combined with a right of `{P}`",
    note = "in a rule over `{T}`, use rights of `{P}`, and policies of `{P}` over `{T}` as `authgate::resource::On<..>`; a \
            policy that waits is written `On<Async<..>>`"
)]
pub trait PartBeside<T, P> {}

// A right of the caller.
#[diagnostic::do_not_recommend]
impl<A: Atom + Right, T> OverResource<T> for A
where
    A::Kind: OfCaller,
{
    const RULE: &'static Rule = <A as Right>::RULE;
    const POLICIES: usize = 0;
}

#[diagnostic::do_not_recommend]
impl<A: Atom + Requirement<P>, T, P> Evaluate<T, P> for A
where
    A::Kind: OfCaller,
{
    fn evaluate<W: Witness>(
        principal: &P,
        context: &Context,
        _: &mut Decisions<'_>,
        witness: &mut W,
    ) -> Option<Decision> {
        Some(<A as Requirement<P>>::evaluate(principal, context, witness))
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        <A as Requirement<P>>::find_tenants(request, context)
    }

    fn scopes(names: &mut Vec<&'static str>) {
        <A as Requirement<P>>::scopes(names);
    }

    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        <A as Requirement<P>>::tenants_are_known(principal, context)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Atom + Requirement<P>, T: Sync, P: Sync, S: Sync> Ask<T, P, S> for A
where
    A::Kind: OfCaller,
{
    async fn ask(_: usize, _: &P, _: &Context, _: &T, _: &S) -> Decision {
        Decision::Unavailable
    }
}

#[diagnostic::do_not_recommend]
impl<A: Atom + Requirement<P>, T, P> AskNow<T, P> for A
where
    A::Kind: OfCaller,
{
    fn ask_now(_: usize, _: &P, _: &T) -> Decision {
        Decision::Unavailable
    }
}

#[diagnostic::do_not_recommend]
impl<A: Atom + RightOf, T> PartPrincipal<T> for A
where
    A::Kind: OfCaller,
{
    type Principal = <A as RightOf>::Principal;
}

#[diagnostic::do_not_recommend]
impl<A: Atom + Beside<P>, T, P> PartBeside<T, P> for A where A::Kind: OfCaller {}

// A policy.
#[diagnostic::do_not_recommend]
impl<X: DeclaredPolicy<T> + Send + ?Sized, T> OverResource<T> for On<X> {
    const RULE: &'static Rule = X::RULE;
    const POLICIES: usize = 1;
}

#[diagnostic::do_not_recommend]
impl<X: DeclaredPolicy<T> + Send + ?Sized, T, P> Evaluate<T, P> for On<X> {
    fn evaluate<W: Witness>(
        _: &P,
        _: &Context,
        decisions: &mut Decisions<'_>,
        witness: &mut W,
    ) -> Option<Decision> {
        decisions.known(X::RULE, witness)
    }
}

#[diagnostic::do_not_recommend]
impl<X: Decides<T, P, S> + Send + ?Sized, T: Sync, P: Sync, S: Sync> Ask<T, P, S> for On<X> {
    async fn ask(_: usize, principal: &P, context: &Context, resource: &T, state: &S) -> Decision {
        X::decide(principal, context, resource, state, &mut None).await
    }
}

#[diagnostic::do_not_recommend]
impl<X: Policy<T, Principal = P>, T, P> AskNow<T, P> for On<X> {
    fn ask_now(_: usize, principal: &P, resource: &T) -> Decision {
        X::decide(principal, resource)
    }
}

#[diagnostic::do_not_recommend]
impl<X: ImpliesPrincipal<T> + Send + ?Sized, T> PartPrincipal<T> for On<X> {
    type Principal = X::Principal;
}

#[diagnostic::do_not_recommend]
impl<X: Policy<T, Principal = P>, T, P> PartBeside<T, P> for On<X> {}

#[diagnostic::do_not_recommend]
impl<X: Send + 'static, T, P> PartBeside<T, P> for On<Async<X>> {}
