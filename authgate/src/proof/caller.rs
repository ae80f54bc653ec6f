//! The identification of a request, which its other extractors and services reuse.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::header::HeaderValue;
use http::request::Parts;
use http::{Method, Uri};

use super::Authenticated;
#[cfg(feature = "session")]
use super::Unauthenticated;
use super::enter::record_on_span;
use crate::credentials::target;
use crate::gate::Gate;
use crate::right::{AcceptedSchemes, Context, Principal};
use crate::scheme::IdentityPrincipal;

/// The caller of a request, for code behind the check: services, their layers, extractors.
///
/// It is in the extensions of a request
///
/// - for services of [`Router::route_service`](crate::Router::route_service) and
///   [`Router::nest_service`](crate::Router::nest_service)
/// - after an extractor such as `Authenticated<User>` in a middleware, and so for the layers and
///   handlers behind the middleware
///
/// Dereferences to the principal. Cloning does not allocate. Only authgate creates a `Caller`. It
/// is information and not a proof: code that requires a right takes a proof. It names the caller at
/// the time of the check, even if the request signs in or out later.
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, Caller, Gate, Router};
/// use axum::extract::Request;
/// use tower::service_fn;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn whoami(request: Request) -> Result<String, std::convert::Infallible> {
///     let caller = request.extensions().get::<Caller<User>>();
///     Ok(caller.map_or_else(String::new, |user| format!("{} by {}", user.sub, user.context().scheme())))
/// }
///
/// fn routes() -> Router<Gate<User>> {
///     Router::new().route_service::<Authenticated<User>>("/whoami", service_fn(whoami))
/// }
/// ```
pub struct Caller<P> {
    known: Arc<Known<P>>,
}

impl<P> Caller<P> {
    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.known.context
    }

    pub(super) fn gate(&self) -> &Gate<P> {
        &self.known.gate
    }
}

impl<P> Clone for Caller<P> {
    fn clone(&self) -> Self {
        Self { known: Arc::clone(&self.known) }
    }
}

impl<P> Deref for Caller<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.known.principal
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal.
impl<P> fmt::Debug for Caller<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("scheme", &self.context().scheme()).finish_non_exhaustive()
    }
}

/// An identified caller, with what the identification depended on.
pub(super) struct Known<P> {
    principal: IdentityPrincipal<P>,
    context: Context,
    scheme: usize,
    gate: Gate<P>,
    request: Asked,
    /// `true` once the request has signed in or out.
    is_outdated: AtomicBool,
}

/// The parts of a request on which an identification depends. A layer may replace them between two
/// extractors.
#[derive(PartialEq)]
struct Asked {
    method: Method,
    target: Uri,
    /// The values of the fields that the schemes of the gate read, each with the position of its
    /// field.
    fields: Vec<(usize, HeaderValue)>,
}

impl Asked {
    fn of<P: Principal>(gate: &Gate<P>, parts: &Parts) -> Self {
        let fields = gate.credential_fields(&parts.headers);
        let fields = fields.map(|(field, value)| (field, value.clone())).collect();
        Self { method: parts.method.clone(), target: target(parts).clone(), fields }
    }
}

/// `true` once any request has a [`Memo`]. A request sees its own, because its tasks are ordered.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// The identification of the request in whose extensions it is. It has its own type, so that a
/// layer cannot carry a [`Caller`] into another request.
struct Memo<P> {
    known: Arc<Known<P>>,
    accepted: AcceptedSchemes,
}

impl<P> Clone for Memo<P> {
    fn clone(&self) -> Self {
        Self { known: Arc::clone(&self.known), accepted: self.accepted }
    }
}

/// The principal of a proof: its own, or the one that the request remembers.
pub(super) enum Held<P> {
    Own(IdentityPrincipal<P>),
    Shared(Arc<Known<P>>),
}

impl<P> Deref for Held<P> {
    type Target = P;

    #[inline]
    fn deref(&self) -> &P {
        match self {
            Self::Own(principal) => principal,
            Self::Shared(known) => &known.principal,
        }
    }
}

impl<P: Clone> Held<P> {
    pub(super) fn into_inner(self) -> P {
        match self {
            Self::Own(principal) => principal.into_inner(),
            Self::Shared(known) => match Arc::try_unwrap(known) {
                Ok(known) => known.principal.into_inner(),
                Err(shared) => P::clone(&shared.principal),
            },
        }
    }
}

impl<P: Principal> Authenticated<P> {
    /// Leaves the caller in the extensions, so that the request is identified once.
    #[inline(never)]
    pub(crate) fn remember(self, parts: &mut Parts, accepted: AcceptedSchemes) -> Self {
        let Self { principal, context, scheme, gate, client, invariant } = self;
        let known = match principal {
            Held::Own(principal) => {
                let request = Asked::of(&gate, parts);
                let known = Arc::new(Known {
                    principal,
                    context: context.clone(),
                    scheme,
                    gate: gate.clone(),
                    request,
                    is_outdated: AtomicBool::new(false),
                });
                IN_USE.store(true, Ordering::Relaxed);
                parts.extensions.insert(Memo { known: Arc::clone(&known), accepted });
                parts.extensions.insert(Caller { known: Arc::clone(&known) });
                known
            }
            Held::Shared(known) => known,
        };
        Self { principal: Held::Shared(known), context, scheme, gate, client, invariant }
    }

    /// Returns `false` if no request has remembered a caller, which spares applications that never
    /// do the lookup in each request.
    #[inline(always)]
    pub(super) fn may_be_remembered() -> bool {
        IN_USE.load(Ordering::Relaxed)
    }

    /// Returns the caller if this request was identified by the same gate, from the same
    /// credentials, among schemes that give the same answer.
    #[inline(never)]
    pub(super) fn remembered(gate: &Gate<P>, parts: &Parts, accepted: AcceptedSchemes) -> Option<Self> {
        let memo = parts.extensions.get::<Memo<P>>()?;
        if !memo.answers(gate, parts, accepted) {
            return None;
        }
        record_on_span(&*memo.known.principal);
        Some(Self {
            principal: Held::Shared(Arc::clone(&memo.known)),
            context: memo.known.context.clone(),
            scheme: memo.known.scheme,
            gate: gate.clone(),
            client: gate.known_client(&parts.headers, Some(parts)),
            invariant: PhantomData,
        })
    }
}

#[cfg(feature = "session")]
impl<P: Principal> Unauthenticated<P> {
    /// Makes the rest of the request identify the caller again, because it signs in or out.
    pub(crate) fn forget(&self) {
        let memo = self.credentials.request().and_then(|request| request.extensions.get::<Memo<P>>());
        if let Some(memo) = memo {
            memo.known.is_outdated.store(true, Ordering::Relaxed);
        }
    }
}

impl<P: Principal> Memo<P> {
    fn answers(&self, gate: &Gate<P>, parts: &Parts, accepted: AcceptedSchemes) -> bool {
        let Known { context, gate: identified_by, request, is_outdated, .. } = &*self.known;
        // Among other schemes, another credential of the request might have decided.
        let same_schemes = self.accepted.is_all() || self.accepted == accepted;
        !is_outdated.load(Ordering::Relaxed)
            && identified_by.is_same(gate)
            && same_schemes
            && accepted.accepts(context.scheme())
            && *request == Asked::of(gate, parts)
    }
}
