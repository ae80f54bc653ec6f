//! A right over a resource, for a handler that does not take the resource.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::concealed::load_concealed;
use super::granted::load;
use super::prove::{Asked, Prove, States};
use super::{Authenticated, Authorized, ConcealedUnless};
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::proof::resource::{Decides, DeclaredPolicy, ImpliesPrincipal, PathParameters, Resource};
use crate::right::{Context, FindTenant, Invariant, Principal, Refused, Rule};

/// A caller that has the right `R` over the resource `T` in the path, without the resource.
/// `#[requires(any(role = "admin", policy = Owns, on = Note))]` expands to it, if the handler does
/// not take a [`Granted`](crate::Granted).
///
/// The resource is loaded only if the right depends on it. For a caller that has the right over
/// every resource, a missing resource is therefore not noticed.
///
/// It is a declaration. [`into_inner`](Self::into_inner) returns the caller.
///
/// # Examples
///
/// ```
/// use authgate::resource::{AuthorizedOn, On};
/// use authgate::right::Any;
/// use authgate::{Decision, Policy, Roles};
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
/// async fn delete(by: AuthorizedOn<Any<(role::Admin, On<Owns>)>, Note>) -> String {
///     format!("deleted by {}", by.sub)
/// }
/// ```
pub struct AuthorizedOn<R, T, P = <R as ImpliesPrincipal<T>>::Principal> {
    caller: Authorized<R, P>,
    pub(super) invariant: Invariant<(R, T, P)>,
}

impl<R, T, P> AuthorizedOn<R, T, P> {
    const fn proved(caller: Authenticated<P>) -> Self {
        Self { caller: caller.proved(), invariant: PhantomData }
    }

    /// Returns the caller. The proof no longer names the resource.
    #[must_use]
    pub fn into_inner(self) -> Authorized<R, P> {
        self.caller
    }
}

impl<R, T, P> Deref for AuthorizedOn<R, T, P> {
    type Target = Authorized<R, P>;

    fn deref(&self) -> &Authorized<R, P> {
        &self.caller
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<R, T, P> fmt::Debug for AuthorizedOn<R, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedOn").field("scheme", &self.context().scheme()).finish_non_exhaustive()
    }
}

impl<R: DeclaredPolicy<T>, T: 'static, P: Principal> States for AuthorizedOn<R, T, P> {
    type Principal = P;

    const RIGHT: &'static Rule = R::RULE;
}

impl<R, T, P, S> Prove<S> for AuthorizedOn<R, T, P>
where
    R: Decides<T, P, S>,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    const READS_PATH: bool = true;

    fn coarse(principal: &P, context: &Context) -> Result<(), Refused> {
        R::early(principal, context).map(drop)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        T::check_key(path)
    }

    async fn prove(caller: Authenticated<P>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        if !has_it_over_every_resource::<R, T, P, S>(&caller) {
            load::<R, T, P, S>(&caller, asked).await.map_err(|refused| refused.denial)?;
        }
        Ok(Self::proved(caller))
    }
}

impl<V: ?Sized, R, T, P, S> Prove<S> for ConcealedUnless<V, AuthorizedOn<R, T, P>>
where
    V: Decides<T, P, S>,
    R: Decides<T, P, S>,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    const READS_PATH: bool = true;

    fn coarse(_: &P, _: &Context) -> Result<(), Refused> {
        Ok(())
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        T::check_key(path)
    }

    async fn prove(caller: Authenticated<P>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        if !has_it_over_every_resource::<R, T, P, S>(&caller) {
            load_concealed::<V, R, T, P, S>(&caller, asked).await?;
        }
        Ok(Self::around(AuthorizedOn::proved(caller)))
    }
}

fn has_it_over_every_resource<R, T, P, S>(caller: &Authenticated<P>) -> bool
where
    R: Decides<T, P, S>,
{
    matches!(R::early(&caller.principal, &caller.context), Ok(true))
}
