//! A gate that replaces another one in tests. It has the same schemes, with generated keys and
//! users.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;

use super::mark::Replaced;
use super::principal::{Login, TestPrincipal};
use super::sample::{Gift, Unfilled};
use super::token::{Flaw, TokenIssuer};
use crate::access::PrincipalType;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::gate::Gate;
use crate::right::{CredentialError, Principal, principal_type};
use crate::scheme::{Answer, Identity, Outcome, Properties, Scheme};
use crate::secret::debug_only;
use crate::test_hooks::{EraseGate, Hooks, RouteHooks};

/// The callers of a test by their numbers.
pub(crate) struct Callers<P>(Mutex<Vec<TestPrincipal<P>>>);

impl<P: Principal> Callers<P> {
    pub(crate) fn none() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    fn add(&self, caller: TestPrincipal<P>) -> usize {
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        callers.push(caller);
        callers.len() - 1
    }

    pub(super) fn get(&self, number: usize) -> Option<TestPrincipal<P>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

debug_only!([P] Callers<P>);

/// Identifies the caller of the test that sends a request. It is in the request's extensions, which
/// a client cannot set.
struct CallerMarker<P> {
    callers: Arc<Callers<P>>,
    number: usize,
    scheme: usize,
}

impl<P> Clone for CallerMarker<P> {
    fn clone(&self) -> Self {
        Self { callers: Arc::clone(&self.callers), ..*self }
    }
}

/// Replaces a scheme whose credentials cannot be generated. It identifies the callers of the test
/// by the request's extensions, and passes all other requests to the real scheme.
pub(crate) struct TestScheme<P> {
    pub(crate) gate: Gate<P>,
    pub(crate) scheme: usize,
    pub(crate) callers: Arc<Callers<P>>,
    pub(crate) name: &'static str,
}

impl<P: Principal> TestScheme<P> {
    fn real(&self) -> Option<&dyn Scheme<P>> {
        self.gate.scheme_at(self.scheme)
    }

    fn stand_in<'a>(&self, presented: &RequestCredentials<'a>) -> Option<&'a CallerMarker<P>> {
        let stand_in = presented.parts().extensions.get::<CallerMarker<P>>()?;
        (Arc::ptr_eq(&stand_in.callers, &self.callers) && stand_in.scheme == self.scheme).then_some(stand_in)
    }
}

impl<P: Principal> Scheme<P> for TestScheme<P> {
    fn challenge(&self) -> Challenge {
        self.real().map_or_else(|| Challenge::new(self.name), Scheme::challenge)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let Some(stand_in) = self.stand_in(presented) else {
            return match self.real() {
                Some(real) => real.authenticate(presented),
                None => Outcome::Unavailable.into(),
            };
        };
        let caller = self.callers.get(stand_in.number);
        match caller.and_then(|caller| Some((caller.try_build().ok()?, caller.login.context(self.name)))) {
            Some((principal, context)) => Outcome::Authenticated(Identity::new(principal, context)).into(),
            None => Outcome::Rejected(CredentialError::Rejected).into(),
        }
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        self.stand_in(presented).is_some()
            || self.real().is_some_and(|real| real.is_presented(name, presented))
    }

    fn properties(&self) -> Properties {
        self.real().map_or_else(Properties::new, Scheme::properties)
    }

    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        self.real().map(|real| real.fresh_challenges(fault)).unwrap_or_default()
    }
}

/// A scheme of the replacing gate.
#[derive(Clone)]
pub(crate) struct ReplacementScheme {
    pub(crate) name: &'static str,
    pub(crate) knows_login: bool,
    pub(crate) fields: Vec<HeaderName>,
    /// Issues credentials for the scheme. Without it, callers are identified by the request's
    /// extensions.
    pub(crate) mint: Option<TokenIssuer>,
}

/// A gate for tests, with its callers.
pub(crate) struct ReplacementGate<P> {
    pub(crate) gate: Gate<P>,
    pub(crate) schemes: Vec<ReplacementScheme>,
    callers: Arc<Callers<P>>,
    /// The replaced gate. As long as it is kept, no other gate has its identity.
    real: Gate<P>,
}

impl<P: Principal> ReplacementGate<P> {
    /// Creates a stage that replaces this gate.
    pub(crate) fn of(gate: &Gate<P>) -> Self {
        let callers = Callers::none();
        let real = gate.clone();
        let (gate, schemes) = gate.staged(&callers);
        Self { gate, schemes, callers, real }
    }

    pub(crate) fn add_caller(&self, caller: TestPrincipal<P>) -> usize {
        self.callers.add(caller)
    }

    /// Returns the index of the scheme with this name, or of the first scheme.
    pub(crate) fn scheme(&self, name: Option<&str>) -> Option<usize> {
        match name {
            Some(name) => self.schemes.iter().position(|scheme| scheme.name.eq_ignore_ascii_case(name)),
            None => (!self.schemes.is_empty()).then_some(0),
        }
    }

    /// Returns the `Authorization` value with the caller's token, if the scheme uses tokens.
    pub(crate) fn authorization(&self, number: usize, scheme: usize) -> Option<HeaderValue> {
        let mint = self.schemes.get(scheme)?.mint.as_ref()?;
        bearer(mint, number, &self.callers.get(number)?.login, None)
    }
}

fn bearer(mint: &TokenIssuer, number: usize, login: &Login, flaw: Option<Flaw>) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", mint.token(number, login, flaw))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The operations of the probe on the gate of a route, for any principal type.
pub(crate) trait AnyReplacementGate: Send + Sync + fmt::Debug {
    fn principal(&self) -> PrincipalType;

    fn schemes(&self) -> &[ReplacementScheme];

    /// Returns the identity of the replaced gate. It is the same for two stages of one gate.
    fn identity(&self) -> usize;

    /// Returns `true` if the principal has a field for the right. The principal is made from the
    /// test's sample, if there is one.
    fn takes(&self, gift: &Gift, sample: Option<&dyn Any>) -> bool;

    /// Adds a caller with these rights, made from the test's sample if there is one. Returns its
    /// number.
    fn add(&self, gifts: Vec<Gift>, login: Login, sample: Option<&dyn Any>) -> Result<usize, Unfilled>;

    /// Adds a caller's credential for one of the schemes to a request.
    fn add_credential(&self, request: &mut Parts, number: usize, scheme: usize);

    /// Returns the `Authorization` value with a flawed token. Returns `None` if the scheme has no
    /// tokens, or does not check for the flaw.
    fn flawed(&self, scheme: usize, flaw: Flaw) -> Option<HeaderValue>;

    /// Returns the rights of a sample. Returns `None` if the sample is of another principal type.
    fn given(&self, sample: &dyn Any) -> Option<Vec<Gift>>;

    /// Replaces the gate that decides on a request by the stage's gate.
    fn replace_gate(&self, extensions: &mut Extensions);
}

impl<P: Principal> AnyReplacementGate for ReplacementGate<P> {
    fn principal(&self) -> PrincipalType {
        principal_type::<P>()
    }

    fn schemes(&self) -> &[ReplacementScheme] {
        &self.schemes
    }

    fn identity(&self) -> usize {
        self.real.identity()
    }

    fn takes(&self, gift: &Gift, sample: Option<&dyn Any>) -> bool {
        let made = match sample.and_then(<dyn Any>::downcast_ref::<TestPrincipal<P>>) {
            Some(sample) => sample.try_build(),
            None => P::__sample(),
        };
        made.is_ok_and(|mut sample| sample.__give(gift))
    }

    fn add(&self, gifts: Vec<Gift>, login: Login, sample: Option<&dyn Any>) -> Result<usize, Unfilled> {
        let sample = sample.and_then(<dyn Any>::downcast_ref::<TestPrincipal<P>>).cloned();
        let mut caller = sample.unwrap_or_else(|| TestPrincipal::new(P::__sample));
        caller.gifts.extend(gifts);
        caller.login = login;
        caller.try_build()?;
        Ok(self.add_caller(caller))
    }

    fn add_credential(&self, request: &mut Parts, number: usize, scheme: usize) {
        match self.authorization(number, scheme) {
            Some(value) => {
                request.headers.insert(AUTHORIZATION, value);
            }
            None => {
                let callers = Arc::clone(&self.callers);
                request.extensions.insert(CallerMarker { callers, number, scheme });
            }
        }
    }

    fn flawed(&self, scheme: usize, flaw: Flaw) -> Option<HeaderValue> {
        let mint = self.schemes.get(scheme)?.mint.as_ref().filter(|mint| mint.rejects(flaw))?;
        let login = Login::default();
        bearer(mint, 0, &login, Some(flaw))
    }

    fn given(&self, sample: &dyn Any) -> Option<Vec<Gift>> {
        sample.downcast_ref::<TestPrincipal<P>>().map(|sample| sample.gifts.clone())
    }

    fn replace_gate(&self, extensions: &mut Extensions) {
        extensions.insert(Replaced(self.gate.clone()));
    }
}

debug_only!([P] ReplacementGate<P>);

/// The stages of a route's gates, for any principal types.
#[derive(Clone, Debug)]
pub struct AnyStage(Vec<Arc<dyn AnyReplacementGate>>);

/// Creates the stages of a route's gates.
#[derive(Clone, Debug)]
pub struct StagedRoute {
    /// Creates the stages from the state.
    of_state: fn(&dyn Any) -> Option<AnyStage>,
    staged: Option<AnyStage>,
}

impl StagedRoute {
    /// Returns the stages. The result is empty if the route has no gate.
    pub(crate) fn staged(&self) -> &[Arc<dyn AnyReplacementGate>] {
        self.staged.as_ref().map_or(&[], |AnyStage(staged)| staged)
    }
}

impl RouteHooks for Hooks {
    type AnyGate = AnyStage;
    type RouteGate = StagedRoute;

    fn route_gate(of_state: fn(&dyn Any) -> Option<AnyStage>) -> StagedRoute {
        StagedRoute { of_state, staged: None }
    }

    fn joined(AnyStage(mut one): AnyStage, AnyStage(other): AnyStage) -> AnyStage {
        one.extend(other);
        AnyStage(one)
    }

    /// Creates the stage. The state is not available later.
    fn with_state(route: &mut StagedRoute, state: &dyn Any) {
        if route.staged.is_none() {
            route.staged = (route.of_state)(state);
        }
    }
}

impl<P: Principal> EraseGate for Gate<P> {
    fn erase(&self) -> Option<AnyStage> {
        Some(AnyStage(vec![Arc::new(ReplacementGate::of(self))]))
    }
}
