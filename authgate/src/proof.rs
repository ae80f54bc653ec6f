//! The states of a caller as values: [`Unauthenticated`], [`Authenticated`], [`Authorized`].
//!
//! A value of one of these types proves the state that its name states. Only this module creates
//! them: their fields are private, and they cannot be cloned, copied, defaulted or deserialized. A
//! function that takes one as a parameter is therefore reachable only with a checked caller.

mod invariant;
mod lent;
mod login_attempt;
mod granted;
mod authorized_on;
mod by_hand;
mod caller;
mod concealed;
mod enter;
mod expired;
mod extractors;
mod observed;
#[cfg(feature = "oauth")]
mod presented_token;
pub(crate) mod resource;
mod tenant_source;
pub mod visible;
pub(crate) mod prove;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

pub use authorized_on::AuthorizedOn;
pub use caller::Caller;
use caller::Held;
pub use concealed::{Concealed, ConcealedUnless, With};
use enter::leave_for_response;
pub(crate) use enter::{Entered, Entering, Remember};
pub use granted::Granted;
pub(crate) use invariant::IsInvariant;
pub use lent::{Proof, ProofRef};
#[cfg(feature = "oauth")]
pub use presented_token::PresentedToken;
pub(crate) use prove::{App, Checked, Prove, States, begin, check, check_path, prove, resume};
pub(crate) use visible::VisibleList;

use crate::credentials::Credentials;
use crate::denial::{Client, Denial};
use crate::gate::{Gate, HasGate, Step, gate_of};
use crate::right::{
    AcceptedSchemes, Context, Implies, Invariant, Principal, Reason, Refused, Requirement, RightOf, Rule,
    Tenant, evaluate, sound,
};

/// A caller that has not been authenticated, with the credentials of the request.
///
/// As a parameter of a handler it declares nothing: the handler also needs a declaration, such as
/// `#[public(reason = "..")]` for a login form.
///
/// Outside of a request, [`Gate::unauthenticated`] creates one, such as for the first message of a
/// WebSocket or for a queued job.
///
/// # Examples
///
/// ```
/// use authgate::{Authorized, Gate, Principal};
/// use authgate::credentials::Credentials;
/// use authgate::right::Requirement;
///
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

    /// Authenticates the caller.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the credentials are missing, ambiguous or rejected, if a requirement
    /// of the gate is not met, or if the result is indeterminate.
    pub async fn authenticate(mut self) -> Result<Authenticated<P>, Denial> {
        self.gate.start_clock(self.credentials.extensions_mut());
        let request = self.credentials.request();
        if let Some(request) = request
            && let Some(caller) = Authenticated::remembered(&self.gate, request, AcceptedSchemes::ALL)
        {
            let caller = caller.unless_required_right_is_missing(None, request);
            let caller = caller.map_err(|denial| denial.log(Some(request)))?;
            caller.tell_allowed(None, Some(request));
            return Ok(caller);
        }
        let presented = self.credentials.presented();
        let identified = match self.gate.identify(&presented, AcceptedSchemes::ALL) {
            Step::Done(identified) => identified,
            Step::Wait(waiting) => self.gate.resume(waiting, &presented).await,
        };
        let mut identified = identified.map_err(|denial| {
            if let Some(request) = request {
                self.gate.protect_anonymous_response(request);
            }
            denial.log(request)
        })?;
        // Without a request, there is no response to set anything on.
        if let Some(request) = request {
            leave_for_response(&self.gate, &mut identified, request);
        }
        let caller =
            identified.into_caller(self.gate, self.credentials.headers(), self.credentials.request());
        match caller.lacks_what_all_are_asked(None, request) {
            None => {
                caller.tell_allowed(None, request);
                Ok(caller)
            }
            Some(denial) => Err(denial.log(request)),
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

/// An authenticated caller. As the first parameter of a handler, it admits any authenticated
/// caller.
///
/// Dereferences to the principal. [`authorize`](Self::authorize) consumes the proof, and the proof
/// cannot be copied.
///
/// # Examples
///
/// ```
/// use authgate::Authenticated;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
/// ```
///
/// A proof cannot be cloned:
///
/// ```compile_fail
/// use authgate::Authenticated;
///
/// fn twice<P>(user: Authenticated<P>) -> [Authenticated<P>; 2] {
///     [user.clone(), user]
/// }
/// ```
pub struct Authenticated<P> {
    principal: Held<P>,
    context: Context,
    scheme: usize,
    gate: Gate<P>,
    client: Client,
    invariant: Invariant<(P,)>,
}

impl<P> Authenticated<P> {
    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the principal without the proof. Clones it if the request still has a
    /// [`Caller`].
    #[must_use]
    pub fn into_principal(self) -> P
    where
        P: Clone,
    {
        self.principal.into_inner()
    }
}

impl<P: Principal> Authenticated<P> {
    /// Sets the tenant for rights of the form [`In<T, ..>`](crate::right::In) that are checked by
    /// hand.
    ///
    /// Take the name from the row that the caller is about to use, and not from the request. A
    /// right in a tenant that the client named gives no right over a row of another tenant.
    ///
    /// The name is brought into its [canonical form](Tenant::CANONICAL). No right is held in a
    /// tenant whose name has no canonical form.
    #[must_use]
    pub fn in_tenant<T: Tenant>(mut self, tenant: &str) -> Self {
        let _ = self.context.set_tenant::<T>(tenant);
        self
    }

    /// Checks a right, and turns the caller into a proof of it.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the caller does not have the right, or if the decision is
    /// indeterminate.
    pub fn authorize<R: Requirement<P>>(self) -> Result<Authorized<R, P>, Denial> {
        const { sound(R::RULE) };
        self.decide::<R>()?;
        Ok(self.proved())
    }

    /// Checks a right, and lends a proof of it. The caller is not consumed, so another right can be
    /// checked after a denial.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the caller does not have the right, or if the decision is
    /// indeterminate.
    pub fn authorize_ref<R: Requirement<P>>(&self) -> Result<ProofRef<'_, R, P>, Denial> {
        self.decide::<R>()?;
        Ok(ProofRef::lend(&self.principal, &self.context))
    }

    fn decide<R: Requirement<P>>(&self) -> Result<(), Denial> {
        let decided = evaluate::<R, P>(&self.principal, &self.context);
        decided.map_err(|refused| self.deny(refused, R::RULE).log(None))?;
        self.tell_allowed(Some(R::RULE), None);
        Ok(())
    }

    /// Returns the denial of a right. It is not logged yet.
    fn deny(&self, refused: Refused, right: &'static Rule) -> Denial {
        self.deny_on(refused, right, AcceptedSchemes::by(right))
    }

    /// Returns the denial of a right, on a route that accepts these schemes.
    fn deny_on(&self, refused: Refused, right: &'static Rule, accepted: AcceptedSchemes) -> Denial {
        let Refused { reason, why } = refused;
        let denial = self.gate.deny(self.gate.possible(reason, accepted), self.client.clone());
        let denial = denial.attempted(self.scheme).accepting(accepted).right(right);
        denial.decided(why, &*self.principal, &self.context)
    }

    /// Returns the denial for a missing resource.
    fn missing(&self, right: &'static Rule) -> Denial {
        self.deny(Refused { reason: Reason::NotFound, why: None }, right)
    }
}

impl<P> Deref for Authenticated<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.principal
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<P> fmt::Debug for Authenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("scheme", &self.context.scheme()).finish_non_exhaustive()
    }
}

/// A caller that has the right `R`. As the first parameter of a handler, it admits the callers that
/// have `R`.
///
/// `R` is a marker such as `role::Admin`, or several markers in [`All`](crate::right::All). The
/// principal follows from the right. If a role set is shared or comes from another crate, name the
/// principal: `Authorized<role::Admin, ApiKey>`.
///
/// Dereferences to the principal. A stronger proof can be used where a weaker one is required: by
/// value with [`weaken`](Self::weaken), by reference with [`as_proof`](Self::as_proof) or through
/// [`Proof`].
///
/// # Examples
///
/// ```
/// use authgate::{Authorized, Roles};
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
/// async fn purge(admin: Authorized<role::Admin>) -> String {
///     format!("purged by {}", admin.sub)
/// }
/// ```
pub struct Authorized<R, P = <R as RightOf>::Principal> {
    caller: Authenticated<P>,
    invariant: Invariant<(R, P)>,
}

impl<R, P> Authorized<R, P> {
    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub const fn context(&self) -> &Context {
        self.caller.context()
    }

    /// Returns the principal without the proof.
    #[must_use]
    pub fn into_principal(self) -> P
    where
        P: Clone,
    {
        self.caller.into_principal()
    }

    /// Discards the right, and returns the authenticated caller, for whom another right can be
    /// checked.
    #[must_use]
    pub fn into_authenticated(self) -> Authenticated<P> {
        self.caller
    }

    /// Returns the proof of a right that `R` implies.
    #[must_use]
    pub fn weaken<Q>(self) -> Authorized<Q, P>
    where
        R: Implies<Q>,
    {
        self.caller.proved()
    }

    /// Lends the proof of `R`, or of a right that `R` implies.
    #[must_use]
    pub fn as_proof<Q>(&self) -> ProofRef<'_, Q, P>
    where
        R: Implies<Q>,
    {
        ProofRef::lend(&self.caller.principal, &self.caller.context)
    }
}

impl<R, P> Deref for Authorized<R, P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.caller
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<R, P> fmt::Debug for Authorized<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("scheme", &self.context().scheme()).finish_non_exhaustive()
    }
}
