//! Rights of the caller that wait for another service, in a rule with or without a resource.

use std::convert::Infallible;

use super::on::{Ask, Decisions, Evaluate, OverResource, PartBeside, PartPrincipal};
use super::{Async, Decides, DeclaredPolicy, ImpliesPrincipal, NoKey, PathParameters, Resource};
use crate::ConfigError;
use crate::right::{
    AsyncRequirement, Awaited, Beside, Context, Decision, Evaluated, Right, RightOf, Rule, Witness,
    with_own_reason,
};

/// The resource of a rule that waits for another service and has no resource. See
/// [`AsyncRequirement`].
///
/// # Examples
///
/// ```
/// use authgate::resource::{AuthorizedOn, NoResource};
/// use authgate::right::{AsyncRequirement, Awaited};
///
/// async fn export<R>(by: AuthorizedOn<Awaited<R>, NoResource, User>) -> String {
///     by.sub.clone()
/// }
/// # struct User { sub: String }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct NoResource;

#[diagnostic::do_not_recommend]
impl<S: Sync> Resource<S> for NoResource {
    type Key = ();
    type Error = Infallible;

    async fn load((): (), _: &S) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self))
    }

    fn key(_: &mut PathParameters) -> Result<(), NoKey> {
        Ok(())
    }

    fn check_key(_: &mut PathParameters) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// The right of the caller that [`Async`] names in a rule without a resource.
pub trait WithoutResource {
    /// The right, as the type of a declaration names it.
    type Right;
}

impl<R> WithoutResource for Async<R> {
    type Right = Awaited<R>;
}

#[diagnostic::do_not_recommend]
impl<R: Right, T> DeclaredPolicy<T> for Awaited<R> {
    const RULE: &'static Rule = R::RULE;
}

#[diagnostic::do_not_recommend]
impl<R: RightOf, T> ImpliesPrincipal<T> for Awaited<R> {
    type Principal = R::Principal;
}

#[diagnostic::do_not_recommend]
impl<R: AsyncRequirement<P, S>, T: Sync, P: Sync, S: Sync> Decides<T, P, S> for Awaited<R> {
    async fn decide(
        principal: &P,
        context: &Context,
        _: &T,
        state: &S,
        _: &mut Option<Evaluated>,
    ) -> Decision {
        with_own_reason(R::RULE, R::decide(principal, context, state).await)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Right, T> OverResource<T> for Awaited<R> {
    const RULE: &'static Rule = R::RULE;
    const POLICIES: usize = 1;
}

#[diagnostic::do_not_recommend]
impl<R: Right, T, P> Evaluate<T, P> for Awaited<R> {
    fn evaluate<W: Witness>(
        _: &P,
        _: &Context,
        decisions: &mut Decisions<'_>,
        witness: &mut W,
    ) -> Option<Decision> {
        decisions.known(R::RULE, witness)
    }
}

#[diagnostic::do_not_recommend]
impl<R: AsyncRequirement<P, S>, T: Sync, P: Sync, S: Sync> Ask<T, P, S> for Awaited<R> {
    async fn ask(_: usize, principal: &P, context: &Context, _: &T, state: &S) -> Decision {
        with_own_reason(R::RULE, R::decide(principal, context, state).await)
    }
}

#[diagnostic::do_not_recommend]
impl<R: RightOf, T> PartPrincipal<T> for Awaited<R> {
    type Principal = R::Principal;
}

#[diagnostic::do_not_recommend]
impl<R: Beside<P>, T, P> PartBeside<T, P> for Awaited<R> {}
