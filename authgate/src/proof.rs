//! The states of a caller, as values: [`Unauthenticated`], [`Authenticated`], [`Authorized`].
//!
//! A value of one of these types is the proof of what its name says. They are made in this module and nowhere else: the
//! fields are private to it, and none can be cloned, copied, defaulted or deserialised. What a function takes as a
//! parameter has therefore been checked, however far it is from the request.

mod invariant;
mod lent;
mod granted;
mod by_hand;
mod concealed;
mod enter;
pub(crate) mod resource;
mod tenant_source;
pub mod visible;
pub(crate) mod prove;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

pub use concealed::{Concealed, ConcealedFrom, Given};
use enter::leave_for_response;
pub use granted::Granted;
pub(crate) use invariant::IsInvariant;
pub use lent::{By, Proof};
pub(crate) use prove::{Prove, States, admit, admit_at_once, check_path};
pub(crate) use visible::Visible;

use crate::credentials::Credentials;
use crate::denial::{Client, Denial};
use crate::gate::{Gate, HasGate, WayBack, gate_of};
use crate::right::{
    Context, Expression, Grant, Implies, Invariant, Principal, Reason, Refused, Requirement, Site, Taken,
    Tenant, evaluate, sound,
};

/// A caller of whom nothing is known yet, with what he presented.
///
/// As a parameter of a handler it declares nothing: a handler that takes it is `#[public(reason = "..")]`. By hand it
/// comes from [`Gate::unauthenticated`]: the first message of a WebSocket, a job that somebody has queued.
///
/// ```
/// # use authgate::{Authorized, Credentials, Denial, Gate, Principal, right::Requirement};
/// async fn first_message<R, P>(gate: &Gate<P>, token: &str) -> Option<Authorized<R, P>>
/// where
///     P: Principal,
///     R: Requirement<P>,
/// {
///     let credentials = Credentials::bearer(token).ok()?;
///     let caller = gate.unauthenticated(credentials).authenticate().await.ok()?;
///     caller.authorize::<R>().ok()
/// }
/// ```
pub struct Unauthenticated<P> {
    gate: Gate<P>,
    credentials: Credentials,
    invariant: Invariant<(P,)>,
}

impl<P: Principal> Gate<P> {
    /// Wraps credentials from another source than a request, such as a WebSocket message or a job.
    #[must_use]
    pub fn unauthenticated(&self, credentials: impl Into<Credentials>) -> Unauthenticated<P> {
        Unauthenticated::received(self.clone(), credentials.into())
    }
}

impl<P: Principal> Unauthenticated<P> {
    const fn received(gate: Gate<P>, credentials: Credentials) -> Self {
        Self { gate, credentials, invariant: PhantomData }
    }

    #[cfg(feature = "session")]
    pub(crate) const fn gate(&self) -> &Gate<P> {
        &self.gate
    }

    #[cfg(feature = "session")]
    pub(crate) const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Finds out who the caller is.
    ///
    /// # Errors
    ///
    /// There are no credentials, more than one, or they do not identify the caller; or it could not be found out.
    pub async fn authenticate(self) -> Result<Authenticated<P>, Denial> {
        let request = self.credentials.request();
        let identified = self.gate.identify(&self.credentials.presented(), Taken::ALL).await;
        let mut identified = identified.map_err(|denial| denial.told(request))?;
        // What did not come with a request has no response to set anything on.
        if let Some(request) = request {
            leave_for_response(&self.gate, &mut identified, request);
        }
        let caller = Authenticated::mint(self.gate, identified, self.credentials.headers());
        match caller.lacks_what_all_are_asked(None, request) {
            None => Ok(caller),
            Some(denial) => Err(denial.told(request)),
        }
    }
}

impl<P> fmt::Debug for Unauthenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unauthenticated").finish_non_exhaustive()
    }
}

impl<P: Principal, S: HasGate<P> + Sync> FromRequestParts<S> for Unauthenticated<P> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::received(gate_of::<P, S>(parts, state), parts.clone().into()))
    }
}

/// A caller who has proved who he is: as the first parameter of a handler, "anybody who is signed in".
///
/// Derefs to the principal. The proof is consumed by [`authorize`](Self::authorize), and cannot be copied.
///
/// ```compile_fail
/// fn twice<P>(user: authgate::Authenticated<P>) -> [authgate::Authenticated<P>; 2] {
///     [user.clone(), user]
/// }
/// ```
pub struct Authenticated<P> {
    principal: P,
    context: Context,
    scheme: usize,
    gate: Gate<P>,
    client: Client,
    invariant: Invariant<(P,)>,
}

impl<P> Authenticated<P> {
    /// How and when the caller proved himself.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The principal, without the proof.
    #[must_use]
    pub fn into_principal(self) -> P {
        self.principal
    }
}

impl<P: Principal> Authenticated<P> {
    /// Sets the tenant that rights [`In<T, ..>`](crate::right::In) are checked in by hand.
    ///
    /// Take the name from the row that the caller is about to use, and not from the request: a right in a tenant that the
    /// client named says nothing about a row of another tenant.
    ///
    /// The name is brought into its [canonical form](Tenant::CANONICAL). A name without one names no tenant, and no right is
    /// held in it.
    #[must_use]
    pub fn in_tenant<T: Tenant>(mut self, tenant: &str) -> Self {
        let _ = self.context.set_tenant::<T>(tenant);
        self
    }

    /// Asks for a right.
    ///
    /// # Errors
    ///
    /// The caller does not have it, or it could not be found out.
    pub fn authorize<R: Requirement<P>>(self) -> Result<Authorized<R, P>, Denial> {
        const { sound(R::EXPRESSION) };
        self.decide::<R>()?;
        Ok(Authorized::proved(self))
    }

    /// Asks for a right, and keeps the caller: what it gives is lent, and who is refused can still be asked for another.
    ///
    /// # Errors
    ///
    /// The caller does not have it, or it could not be found out.
    pub fn check<R: Requirement<P>>(&self) -> Result<By<'_, R, P>, Denial> {
        self.decide::<R>()?;
        Ok(By::lend(&self.principal, &self.context))
    }

    fn decide<R: Requirement<P>>(&self) -> Result<(), Denial> {
        let decided = evaluate::<R, P>(&self.principal, &self.context);
        decided.map_err(|refused| self.deny(refused, R::EXPRESSION).told(None))
    }

    /// The denial of a right; not told to the operator yet.
    fn deny(&self, refused: Refused, right: &'static Expression) -> Denial {
        self.deny_on(refused, right, Taken::by(right))
    }

    /// The denial of a right, on a route that takes these schemes.
    fn deny_on(&self, refused: Refused, right: &'static Expression, taken: Taken) -> Denial {
        let Refused { reason, why } = refused;
        let denial = self.gate.deny(self.gate.possible(reason, taken), self.client.clone());
        let denial = denial.attempted(self.scheme).taking(taken).right(right);
        denial.decided(why, &self.principal.id(), &self.context)
    }

    /// The denial of a thing that is not there.
    fn missing(&self, right: &'static Expression) -> Denial {
        self.deny(Refused { reason: Reason::NotFound, why: None }, right)
    }
}

impl<P> Deref for Authenticated<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.principal
    }
}

/// Prints how the caller was identified, and nothing of the principal.
impl<P> fmt::Debug for Authenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("scheme", &self.context.scheme()).finish_non_exhaustive()
    }
}

impl<P: Principal, S: HasGate<P> + Sync> FromRequestParts<S> for Authenticated<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        Self::admitted(parts, state, Site::of(parts)).await
    }
}

/// `None` for a caller without credentials, and for no other: credentials that fail are refused.
impl<P: Principal, S: HasGate<P> + Sync> OptionalFromRequestParts<S> for Authenticated<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Denial> {
        let caller = Self::from_parts(parts, state, Taken::ALL, None).await;
        // Whoever it is, others get another answer at the same place.
        if let Some(way_back) = parts.extensions.get::<WayBack>() {
            way_back.varies_with(gate_of::<P, S>(parts, state).fields());
        }
        match caller {
            Ok(caller) => Ok(Some(caller)),
            Err(denial) if denial.reason() == Reason::Missing => {
                // The answer to nobody depends on that there was nobody.
                let fields = gate_of::<P, S>(parts, state).depends_on(None);
                if let (Some(way_back), Some(fields)) = (parts.extensions.get::<WayBack>(), fields) {
                    way_back.depends_on(fields);
                }
                Ok(None)
            }
            Err(denial) => Err(denial.at(Site::of(parts)).told(Some(parts))),
        }
    }
}

/// A caller who has the right `R`: as the first parameter of a handler, "whoever has `R`".
///
/// `R` is a marker such as `role::Admin`, or several in [`All`](crate::All). Whose right it is follows from it; where
/// a role set is shared or comes from another crate, the principal is named: `Authorized<role::Admin, ApiKey>`.
///
/// Derefs to the principal. A stronger proof serves where a weaker one is asked for: by value with
/// [`weaken`](Self::weaken), by reference with [`by`](Self::by) or through [`Proof`].
pub struct Authorized<R, P = <R as Grant>::Principal> {
    caller: Authenticated<P>,
    invariant: Invariant<(R, P)>,
}

impl<R, P> Authorized<R, P> {
    /// How and when the caller proved himself.
    #[must_use]
    pub const fn context(&self) -> &Context {
        self.caller.context()
    }

    /// The principal, without the proof.
    #[must_use]
    pub fn into_principal(self) -> P {
        self.caller.into_principal()
    }

    /// Forgets the right: what is left is a caller who has proved who he is, and who may be asked for another.
    #[must_use]
    pub fn into_authenticated(self) -> Authenticated<P> {
        self.caller
    }

    /// The proof of a right that `R` implies.
    #[must_use]
    pub fn weaken<Q>(self) -> Authorized<Q, P>
    where
        R: Implies<Q>,
    {
        Authorized::proved(self.caller)
    }

    /// Lends the proof of `R`, or of a right that it implies.
    #[must_use]
    pub fn by<Q>(&self) -> By<'_, Q, P>
    where
        R: Implies<Q>,
    {
        By::lend(&self.caller.principal, &self.caller.context)
    }
}

impl<R, P> Deref for Authorized<R, P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.caller
    }
}

/// Prints how the caller was identified, and nothing of the principal.
impl<R, P> fmt::Debug for Authorized<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("scheme", &self.context().scheme()).finish_non_exhaustive()
    }
}

impl<R, P, S> FromRequestParts<S> for Authorized<R, P>
where
    R: Requirement<P>,
    P: Principal,
    S: HasGate<P> + Sync,
{
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        let site = Site::of(parts);
        admit(parts, state, site).await
    }
}
