//! The rules that a [`Granted`](crate::Granted) can state over a resource: a policy, or a
//! combination with policies.

use std::future::{Future, ready};
use std::marker::PhantomData;

use super::evaluated::{decide, decide_now, early};
use super::on::{Ask, AskNow, Evaluate, OverResource, PartPrincipal};
use super::{Async, AsyncPolicy, Policy};
use crate::access::TypeText;
use crate::right::{All, Any, Context, Decision, Evaluated, FindTenant, Not, Refused, Rule, TypeName};

/// A policy or a combination, as a declaration names it: a [`Policy`], an [`AsyncPolicy`] in
/// [`Async`], or a combination with policies in [`On`](super::On).
pub trait DeclaredPolicy<T>: 'static {
    /// The rule over the resource.
    const RULE: &'static Rule;
}

/// Returns the rule of the policy `R` over `T`.
pub(crate) const fn policy_rule<R: ?Sized, T>() -> &'static Rule {
    struct Of<R: ?Sized, T>(PhantomData<T>, PhantomData<R>);
    impl<R: ?Sized, T> Of<R, T> {
        const RULE: Rule =
            Rule::Policy { policy: TypeText::Of(TypeName::of::<R>()), on: TypeText::Of(TypeName::of::<T>()) };
    }
    &Of::<R, T>::RULE
}

// `Send`, because a combination is not.
#[diagnostic::do_not_recommend]
impl<R: Send + 'static, T> DeclaredPolicy<T> for R {
    const RULE: &'static Rule = policy_rule::<R, T>();
}

#[diagnostic::do_not_recommend]
impl<R: 'static, T> DeclaredPolicy<T> for Async<R> {
    const RULE: &'static Rule = policy_rule::<R, T>();
}

/// The principal of a rule over the resource `T`, if a declaration does not name it.
#[diagnostic::on_unimplemented(
    message = "the principal of the policy `{Self}` is missing",
    label = "name its principal",
    note = "a policy that waits may decide for several principals: write `Granted<{Self}, {T}, User>`, or `principal = User` \
            in `#[requires]`",
    note = "in a combination, all parts are of one principal: rights, and policies over `{T}` as `authgate::resource::On<..>`",
    note = "a policy over a resource needs the resource, `policy = Async<CanEdit>, on = Report`; a right without a resource \
            names its principal, `#[right(principal = User)]`"
)]
pub trait ImpliesPrincipal<T> {
    type Principal;
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T> + Send, T> ImpliesPrincipal<T> for R {
    type Principal = R::Principal;
}

// Never applies. Without it, the error would be that `Async` has no known size.
#[diagnostic::do_not_recommend]
impl<R, T> ImpliesPrincipal<T> for Async<R>
where
    Self: Never,
{
    type Principal = <Self as Never>::Principal;
}

/// A trait without implementations.
pub trait Never {
    type Principal;
}

/// A rule that decides over the resource `T` in an application with the state `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}` in an application with the state `{S}`",
    label = "does not decide access to `{T}`",
    note = "declare a type that implements `authgate::Policy<{T}>` as it is; declare one that implements \
            `authgate::resource::AsyncPolicy<{T}, {S}>`, because it waits for a database, as `Async<..>`",
    note = "in a combination, write a policy over `{T}` as `authgate::resource::On<..>`, beside rights of `{P}`: \
            `Any<(role::Admin, On<Owns>)>`",
    note = "without a resource, the right in `Async<..>` implements `authgate::right::AsyncRequirement<{P}, {S}>`; a right \
            that does not wait is declared without `Async`"
)]
pub trait Decides<T, P, S>: DeclaredPolicy<T> {
    /// Decides before the resource is loaded, as far as the caller alone decides. Returns `true` if
    /// the caller has the right over every resource, and `false` if the resource decides.
    ///
    /// # Errors
    ///
    /// Returns [`Refused`] if the caller has the right over no resource.
    fn early(principal: &P, context: &Context) -> Result<bool, Refused> {
        let _ = (principal, context);
        Ok(false)
    }

    /// Finds the tenants that the rule is about, and stores them in `context`.
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        let _ = (request, context);
        true
    }

    /// Decides over the resource. A combination that does not allow explains why.
    fn decide(
        principal: &P,
        context: &Context,
        resource: &T,
        state: &S,
        why: &mut Option<Evaluated>,
    ) -> impl Future<Output = Decision> + Send;
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T, Principal = P> + Send, T, P, S> Decides<T, P, S> for R {
    fn decide(
        principal: &P,
        _: &Context,
        resource: &T,
        _: &S,
        _: &mut Option<Evaluated>,
    ) -> impl Future<Output = Decision> + Send {
        ready(<R as Policy<T>>::decide(principal, resource))
    }
}

#[diagnostic::do_not_recommend]
impl<R: AsyncPolicy<T, S, Principal = P>, T, P, S> Decides<T, P, S> for Async<R> {
    fn decide(
        principal: &P,
        context: &Context,
        resource: &T,
        state: &S,
        _: &mut Option<Evaluated>,
    ) -> impl Future<Output = Decision> + Send {
        <R as AsyncPolicy<T, S>>::decide(principal, context, resource, state)
    }
}

/// A rule that decides over the resource `T` without waiting.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}`",
    label = "does not decide access to `{T}`",
    note = "implement `authgate::Policy<{T}>` for it, or, for lists, `authgate::visible::ListPolicy<{T}>`, which is also a \
            policy"
)]
pub trait DecidesNow<T, P>: DeclaredPolicy<T> {
    /// Decides over the resource. A combination that does not allow explains why.
    fn decide_now(principal: &P, context: &Context, resource: &T, why: &mut Option<Evaluated>) -> Decision;
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T, Principal = P> + Send, T, P> DecidesNow<T, P> for R {
    fn decide_now(principal: &P, _: &Context, resource: &T, _: &mut Option<Evaluated>) -> Decision {
        R::decide(principal, resource)
    }
}

macro_rules! combinations {
    ($($name:ident)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<X: 'static, T> DeclaredPolicy<T> for $name<X>
            where
                Self: OverResource<T>,
            {
                const RULE: &'static Rule = <Self as OverResource<T>>::RULE;
            }

            #[diagnostic::do_not_recommend]
            impl<X, T> ImpliesPrincipal<T> for $name<X>
            where
                Self: PartPrincipal<T>,
            {
                type Principal = <Self as PartPrincipal<T>>::Principal;
            }

            #[diagnostic::do_not_recommend]
            impl<X: 'static, T: Sync, P: Sync, S: Sync> Decides<T, P, S> for $name<X>
            where
                Self: Ask<T, P, S>,
            {
                fn early(principal: &P, context: &Context) -> Result<bool, Refused> {
                    early::<Self, T, P>(principal, context)
                }

                fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
                    <Self as Evaluate<T, P>>::find_tenants(request, context)
                }

                fn decide(
                    principal: &P,
                    context: &Context,
                    resource: &T,
                    state: &S,
                    why: &mut Option<Evaluated>,
                ) -> impl Future<Output = Decision> + Send {
                    decide::<Self, T, P, S>(principal, context, resource, state, why)
                }
            }

            #[diagnostic::do_not_recommend]
            impl<X: 'static, T, P> DecidesNow<T, P> for $name<X>
            where
                Self: AskNow<T, P>,
            {
                fn decide_now(
                    principal: &P,
                    context: &Context,
                    resource: &T,
                    why: &mut Option<Evaluated>,
                ) -> Decision {
                    decide_now::<Self, T, P>(principal, context, resource, why)
                }
            }
        )*
    };
}

combinations!(All Any Not);
