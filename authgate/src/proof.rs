//! The states of a caller, as values: [`Unauthenticated`], [`Authenticated`], [`Authorized`].
//!
//! A value of one of these types is the proof of what its name says. They are made in this module and nowhere else: the
//! fields are private to it, and none can be cloned, copied, defaulted or deserialised. What a function takes as a
//! parameter has therefore been checked, however far it is from the request.

mod lent;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::HeaderMap;
use http::request::Parts;

pub use lent::{By, Proof};

use crate::context::Context;
use crate::credentials::{Credentials, Presented};
use crate::denial::{Client, Denial, Reason};
use crate::gate::{Gate, HasGate, Identified, WayBack};
use crate::right::{Decision, Grant, Implies, Principal, Requirement};
use crate::scheme::Taken;

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
}

impl<P: Principal> Unauthenticated<P> {
    pub(crate) const fn received(gate: Gate<P>, credentials: Credentials) -> Self {
        Self { gate, credentials }
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
        let mut identified = identified.map_err(|denial| denial.told(request, None))?;
        // What did not come with a request has no response to set anything on.
        if let Some(request) = request {
            leave_for_response(&self.gate, &mut identified, request);
        }
        Ok(Authenticated::mint(self.gate, identified, self.credentials.headers()))
    }
}

/// Leaves what the scheme has to say on the response where the layer around the router finds it.
fn leave_for_response<P: Principal>(gate: &Gate<P>, identified: &mut Identified<P>, request: &Parts) {
    let set = identified.identity.on_response.take();
    let depends_on = gate.depends_on(Some(identified.scheme));
    let way_back = request.extensions.get::<WayBack>();
    if way_back.is_none() && (set.is_some() || depends_on.is_some()) {
        tracing::warn!(
            target: "authgate::gate",
            "a scheme has something to set on the response and no way to: add `gate.layer()` to the router"
        );
    }
    let Some(way_back) = way_back else { return };
    if let Some(fields) = depends_on {
        way_back.depends_on(fields);
    }
    if let Some(set) = set {
        way_back.leave(set);
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
        Ok(Self { gate: state.gate(), credentials: parts.clone().into() })
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
    fn mint(gate: Gate<P>, identified: Identified<P>, headers: &HeaderMap) -> Self {
        let Identified { identity, scheme } = identified;
        let client = gate.known_client(headers);
        Self { principal: identity.principal, context: identity.context, scheme, gate, client }
    }

    /// What the request says. A denial is not told to the operator yet: whether it is one is for the caller to say.
    async fn from_parts<S: HasGate<P>>(parts: &Parts, state: &S, taken: Taken) -> Result<Self, Denial> {
        let gate = state.gate();
        let mut identified = gate.identify(&Presented::of(parts), taken).await?;
        leave_for_response(&gate, &mut identified, parts);
        Ok(Self::mint(gate, identified, &parts.headers))
    }

    /// Asks for a right.
    ///
    /// # Errors
    ///
    /// The caller does not have it, or it could not be found out.
    pub fn authorize<R: Requirement<P>>(self) -> Result<Authorized<R, P>, Denial> {
        self.authorize_for(None)
    }

    /// Asks for a right, and keeps the caller: what it gives is lent, and who is refused can still be asked for another.
    ///
    /// # Errors
    ///
    /// The caller does not have it, or it could not be found out.
    pub fn check<R: Requirement<P>>(&self) -> Result<By<'_, R, P>, Denial> {
        self.decide::<R>(None)?;
        Ok(By::lend(&self.principal, &self.context))
    }

    fn authorize_for<R: Requirement<P>>(self, request: Option<&Parts>) -> Result<Authorized<R, P>, Denial> {
        self.decide::<R>(request)?;
        Ok(Authorized { caller: self, right: PhantomData })
    }

    fn decide<R: Requirement<P>>(&self, request: Option<&Parts>) -> Result<(), Denial> {
        let reason = match R::decide(&self.principal, &self.context) {
            Decision::Allow => return Ok(()),
            Decision::Deny(lack) => Reason::Lacking(lack),
            Decision::Undecided => Reason::Undecided,
        };
        let denial = self.gate.deny(reason, self.client.clone()).attempted(self.scheme).right(R::EXPRESSION);
        Err(denial.told(request, Some(&self.principal.id())))
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
        Self::from_parts(parts, state, Taken::ALL).await.map_err(|denial| denial.told(Some(parts), None))
    }
}

/// `None` for a caller without credentials, and for no other: credentials that fail are refused.
impl<P: Principal, S: HasGate<P> + Sync> OptionalFromRequestParts<S> for Authenticated<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Denial> {
        let caller = Self::from_parts(parts, state, Taken::ALL).await;
        // Whoever it is, others get another answer at the same place.
        if let Some(way_back) = parts.extensions.get::<WayBack>() {
            way_back.varies_with(state.gate().fields());
        }
        match caller {
            Ok(caller) => Ok(Some(caller)),
            Err(denial) if denial.reason() == Reason::Missing => {
                // The answer to nobody depends on that there was nobody.
                let fields = state.gate().depends_on(None);
                if let (Some(way_back), Some(fields)) = (parts.extensions.get::<WayBack>(), fields) {
                    way_back.depends_on(fields);
                }
                Ok(None)
            }
            Err(denial) => Err(denial.told(Some(parts), None)),
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
    right: PhantomData<fn() -> R>,
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
        Authorized { caller: self.caller, right: PhantomData }
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
        let taken = const { Taken::by(R::EXPRESSION) };
        let caller = Authenticated::from_parts(parts, state, taken).await;
        let caller = caller.map_err(|denial| denial.told(Some(parts), None))?;
        caller.authorize_for(Some(parts))
    }
}
