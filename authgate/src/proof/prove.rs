//! From a request to a proof, in a fixed order: authentication, rights of the caller, the resource,
//! the policy.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use axum::extract::rejection::{MissingPathParams, RawPathParamsRejection};
use axum::extract::{FromRequestParts as _, RawPathParams};
use http::request::Parts;

use super::enter::{Entered, Entering, Remember, stop_probe};
use super::tenant_source::TenantSource;
use super::{Authenticated, Authorized};
use crate::access::Part;
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::gate::{HasGate, Step};
use crate::proof::resource::PathParameters;
use crate::right::{
    AcceptedSchemes, Context, FindTenant, ForbiddenReason, Principal, Reason, Refused, Requirement, Rule,
    Site, admits, evaluate,
};

/// The inputs of a proof other than the caller.
pub struct Asked<'a, S> {
    pub(super) path: PathParameters,
    pub(super) state: &'a S,
    pub(super) timeout: Duration,
}

impl<S> fmt::Debug for Asked<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The properties of a proof that follow from its type.
pub trait States: 'static {
    /// The principal of the caller.
    type Principal: Principal;

    /// The right that the proof states, with all its parts.
    const RIGHT: &'static Rule;

    /// Is `true` if a denied caller gets 404.
    const CONCEAL: bool = false;
}

/// A proof that can be obtained from a request. The extractors of all proofs share this
/// implementation.
pub trait Prove<S>: States + Sized + Send {
    /// Is `true` if a caller that fails [`coarse`](Self::coarse) gets 404.
    const CONCEAL_COARSE: bool = false;

    /// Is `true` if resources are found by the path parameters.
    const READS_PATH: bool = false;

    /// Checks the rights that can be decided before a resource is loaded.
    ///
    /// # Errors
    ///
    /// Returns [`Refused`] if the caller lacks one of them.
    fn coarse(principal: &Self::Principal, context: &Context) -> Result<(), Refused>;

    /// Finds the tenants that the request is about, and stores them in `context`.
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        let _ = (request, context);
        true
    }

    /// Checks that a path has the parameters that form the keys of the resources.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the parameters do not match a key.
    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        let _ = path;
        Ok(())
    }

    /// Completes the proof: loads the resources and evaluates their policies.
    fn prove(
        caller: Authenticated<Self::Principal>,
        asked: &mut Asked<'_, S>,
    ) -> impl Future<Output = Result<Self, Denial>> + Send;
}

/// A proof that can share its caller with other proofs of the same request.
#[diagnostic::on_unimplemented(
    message = "expected a proof over a resource in a tuple of proofs, found `{Self}`",
    label = "not a proof over a resource",
    note = "put other rights around the proofs: `With<role::Editor, Granted<CanEdit, Report>>`, or \
            `#[requires(role = \"editor\", policy = CanEdit, on = Report)]`"
)]
pub trait Share<S>: Prove<S> {
    /// Completes the proof, as [`Prove::prove`] does.
    fn prove_shared(
        caller: &Arc<Authenticated<Self::Principal>>,
        asked: &mut Asked<'_, S>,
    ) -> impl Future<Output = Result<Self, Denial>> + Send;
}

/// The state that the resources of a proof are loaded from.
pub(crate) type App<G, S> = <S as HasGate<<G as States>::Principal>>::App;

/// A caller with the rights that are checked before a resource is loaded, and the path parameters
/// that find the resources.
pub(crate) type Checked<G> = (Authenticated<<G as States>::Principal>, PathParameters);

/// Authenticates a request, and checks the rights that need no resource, until a scheme must be
/// awaited.
#[inline(always)]
pub(crate) fn begin<G, S>(
    parts: &mut Parts,
    state: &S,
    site: Option<Site>,
    remember: Remember,
) -> Entered<Checked<G>, G::Principal>
where
    G: Prove<App<G, S>>,
    S: HasGate<G::Principal>,
{
    let accepted = const { AcceptedSchemes::by(G::RIGHT) };
    match Authenticated::begin(parts, state, accepted, Some(G::RIGHT), remember) {
        Step::Done(Ok(caller)) => Step::Done(check::<G, App<G, S>>(caller, parts, site)),
        Step::Done(Err(denial)) => Step::Done(Err(denial.at(site).log(Some(parts)))),
        Step::Wait(entering) => Step::Wait(entering),
    }
}

/// Waits for the scheme, and goes on as [`begin`] does.
pub(crate) async fn resume<G, S>(
    entering: Box<Entering<G::Principal>>,
    parts: &mut Parts,
    site: Option<Site>,
) -> Result<Checked<G>, Denial>
where
    G: Prove<S>,
{
    match Authenticated::resume(entering, parts).await {
        Ok(caller) => check::<G, S>(caller, parts, site),
        Err(denial) => Err(denial.at(site).log(Some(parts))),
    }
}

/// Checks the rights that need no resource.
#[inline(always)]
pub(crate) fn check<G: Prove<S>, S>(
    mut caller: Authenticated<G::Principal>,
    parts: &mut Parts,
    site: Option<Site>,
) -> Result<Checked<G>, Denial> {
    let reads_tenants = const { G::RIGHT.names_a_tenant() };
    let parameters =
        if const { G::READS_PATH } || reads_tenants { Some(raw_path_parameters(parts)) } else { None };
    // A parameter that is not UTF-8 names no resource. The client is at fault, and not the route.
    let is_no_text = matches!(parameters, Some(Err(RawPathParamsRejection::InvalidUtf8InPathParam(_))));
    let parameters = parameters.and_then(Result::ok);
    if reads_tenants {
        let source = TenantSource::new(parts, parameters.as_ref());
        // The canonical form of a tenant runs the application's code.
        let found = catch_unwind(AssertUnwindSafe(|| G::find_tenants(&source, &mut caller.context)));
        let denial = match found {
            Err(_) => Some(caller.deny(Refused { reason: Reason::Failed, why: None }, G::RIGHT)),
            Ok(exist) => (!exist).then(|| caller.missing(G::RIGHT)),
        };
        if let Some(denial) = denial {
            return Err(denial.at(site).log(Some(parts)));
        }
    }
    if let Some(denial) = refuse::<G, S>(&caller, parts, site) {
        return Err(denial);
    }
    if const { G::READS_PATH } && is_no_text {
        return Err(caller.missing(G::RIGHT).at(site).log(Some(parts)));
    }
    let path = parameters.as_ref().map(PathParameters::of).unwrap_or_default();
    // The type of a key may run the application's code.
    let checked = || catch_unwind(AssertUnwindSafe(|| check_path::<G, S>(path.again())));
    if const { G::READS_PATH }
        && let Err(error) = checked().unwrap_or_else(|_| Err(ConfigError::new(PANICKED.to_owned())))
    {
        tracing::error!(target: "authgate::gate", %error, "the path of a route does not name the resource of its rule");
        let denial = caller.deny(Refused { reason: Reason::Unavailable, why: None }, G::RIGHT);
        return Err(denial.at(site).log(Some(parts)));
    }
    Ok((caller, path))
}

/// Returns the path parameters. axum extracts them by an `async fn` that never waits.
fn raw_path_parameters(parts: &mut Parts) -> Result<RawPathParams, RawPathParamsRejection> {
    let extracting = pin!(RawPathParams::from_request_parts(parts, &()));
    match extracting.poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(parameters) => parameters,
        Poll::Pending => Err(MissingPathParams::default().into()),
    }
}

/// Completes a proof: loads the resources and evaluates their policies.
pub(crate) async fn prove<G, S>(
    checked: Box<Checked<G>>,
    parts: &Parts,
    state: &S,
    site: Option<Site>,
) -> Result<G, Denial>
where
    G: Prove<App<G, S>>,
    S: HasGate<G::Principal>,
{
    let (caller, path) = *checked;
    let (timeout, observed) = (caller.gate.timeout(), caller.observed());
    let proof = G::prove(caller, &mut Asked { path, state: state.app(), timeout }).await;
    let proof = unless_probed(proof, parts, state, site)?;
    if let Some(observed) = observed {
        observed.tell_allowed(Some(G::RIGHT), Some(parts));
    }
    Ok(proof)
}

/// Replaces the proof if the request is a probe, and logs a denial.
#[inline]
fn unless_probed<G, S>(
    proof: Result<G, Denial>,
    parts: &Parts,
    state: &S,
    site: Option<Site>,
) -> Result<G, Denial>
where
    G: States,
    S: HasGate<G::Principal>,
{
    match proof {
        Ok(_) if admits(&parts.extensions, Some(G::RIGHT)) => {
            Err(stop_probe::<G::Principal, S>(parts, state))
        }
        Ok(proof) => Ok(proof),
        Err(denial) => Err(denial.at(site).log(Some(parts))),
    }
}

/// Extracts any proof from a request.
pub(crate) async fn admit<G, S>(parts: &mut Parts, state: &S, site: Option<Site>) -> Result<G, Denial>
where
    G: Prove<App<G, S>>,
    S: HasGate<G::Principal>,
{
    let checked = match begin::<G, S>(parts, state, site, Remember::Always) {
        Step::Done(checked) => checked?,
        Step::Wait(entering) => resume::<G, App<G, S>>(entering, parts, site).await?,
    };
    prove(Box::new(checked), parts, state, site).await
}

/// Returns a denial if the caller lacks a right that is checked before a resource is loaded.
#[inline]
fn refuse<G: Prove<S>, S>(
    caller: &Authenticated<G::Principal>,
    request: &Parts,
    site: Option<Site>,
) -> Option<Denial> {
    let refused = G::coarse(&caller.principal, &caller.context).err()?;
    let denial = caller.gate.with_step_up_redirect(caller.deny(refused, G::RIGHT), request).at(site);
    // A step-up is requested only if all other parts of the rule hold. Such a caller may know of
    // the resource.
    let hidden = G::CONCEAL_COARSE && denial.reason() != Reason::Forbidden(ForbiddenReason::Login);
    let denial = if hidden { denial.concealed() } else { denial };
    Some(denial.log(Some(request)))
}

const PANICKED: &str = "the type of a key panicked while its parameters were read";

/// Checks that a path has the parameters that form the keys of the resources, and no parameters
/// that could be mistaken for them.
pub(crate) fn check_path<G: Prove<S>, S>(mut path: PathParameters) -> Result<(), ConfigError> {
    G::check_path(&mut path)?;
    path.check_all_are_taken()
}

impl<R: Requirement<P>, P: Principal> States for Authorized<R, P> {
    type Principal = P;

    const RIGHT: &'static Rule = R::RULE;
}

impl<R: Requirement<P>, P: Principal, S: Sync> Prove<S> for Authorized<R, P> {
    fn coarse(principal: &P, context: &Context) -> Result<(), Refused> {
        evaluate::<R, P>(principal, context)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    async fn prove(caller: Authenticated<P>, _: &mut Asked<'_, S>) -> Result<Self, Denial> {
        Ok(caller.proved())
    }
}

impl<R: Requirement<P>, P: Principal> Authorized<R, P> {
    /// Completes the proof of a caller that has the rights. There is no resource to load.
    // Inlined, because the argument and the result would be copied otherwise.
    #[inline(always)]
    pub(crate) fn complete<S: HasGate<P>>(
        checked: Result<Checked<Self>, Denial>,
        parts: &Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        let (caller, _) = checked?;
        let proof: Self = unless_probed(Ok(caller.proved()), parts, state, site)?;
        proof.caller.tell_allowed(Some(R::RULE), Some(parts));
        Ok(proof)
    }
}

impl<P> Authenticated<P> {
    /// Creates the proof. The caller must have passed the check for the right.
    ///
    /// It is not a function of `Authorized`, which the compiler would suggest to users.
    pub(super) const fn proved<R>(self) -> Authorized<R, P> {
        Authorized { caller: self, invariant: PhantomData }
    }
}

/// Several proofs of one caller, each over its own resource. The path parameters are assigned to
/// them in order.
///
/// An example is `(from, to): (Granted<CanDebit, Account>, Granted<CanCredit, Account>)`.
macro_rules! several {
    ($($proof:ident $variable:ident),+) => {
        impl<P: Principal, $($proof: States<Principal = P>),+> States for ($($proof,)+) {
            type Principal = P;

            const RIGHT: &'static Rule = &Rule::All(Cow::Borrowed(&[$(Part::of($proof::RIGHT)),+]));
        }

        impl<P: Principal, S: Sync, $($proof: Share<S> + States<Principal = P> + Send),+> Prove<S> for ($($proof,)+) {
            const READS_PATH: bool = true;

            fn coarse(principal: &P, context: &Context) -> Result<(), Refused> {
                $($proof::coarse(principal, context)?;)+
                Ok(())
            }

            fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
                true $(& $proof::find_tenants(request, context))+
            }

            fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
                $($proof::check_path(path)?;)+
                Ok(())
            }

            async fn prove(caller: Authenticated<P>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
                let caller = Arc::new(caller);
                $(let $variable = $proof::prove_shared(&caller, asked).await?;)+
                Ok(($($variable,)+))
            }
        }
    };
}

several!(A a, B b);
several!(A a, B b, C c);
several!(A a, B b, C c, D d);
