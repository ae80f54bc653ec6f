//! From a request to a proof, in the one order that there is: who calls, what he has to hold besides, the thing, the policy.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts as _, RawPathParams};
use http::request::Parts;

use super::enter::stop_probe;
use super::tenant_source::TenantSource;
use super::{Authenticated, Authorized};
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::gate::HasGate;
use crate::proof::resource::PathParameters;
use crate::right::{
    Context, Declaration, Expression, FindTenant, Lack, Principal, Reason, Refused, Requirement, Site, Taken,
    evaluate,
};

/// What is asked of, besides the caller.
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

/// What a proof states by its type alone.
pub trait States: 'static {
    /// Who calls.
    type Principal: Principal;

    /// The whole right.
    const RIGHT: &'static Expression;

    /// Whether who may not is told that there is nothing.
    const CONCEAL: bool = false;
}

/// A proof that a request can give: what the extractors of all proofs share.
pub trait Prove<S>: States + Sized + Send {
    /// Whether who lacks what is asked before a thing is loaded is told that there is nothing.
    const CONCEAL_COARSE: bool = false;

    /// Whether things are found by the path's parameters.
    const READS_PATH: bool = false;

    /// What can be decided before a thing is loaded.
    ///
    /// # Errors
    ///
    /// The caller lacks it.
    fn coarse(principal: &Self::Principal, context: &Context) -> Result<(), Refused>;

    /// Records the tenants that the request is about. Returns `false` if one of them cannot exist.
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        let _ = (request, context);
        true
    }

    /// Whether a path has what the things' keys are made of.
    ///
    /// # Errors
    ///
    /// It has not.
    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        let _ = path;
        Ok(())
    }

    /// The rest.
    fn prove(
        caller: Authenticated<Self::Principal>,
        asked: &mut Asked<'_, S>,
    ) -> impl Future<Output = Result<Self, Denial>> + Send;
}

/// A proof that shares its caller with others of the same request.
#[diagnostic::on_unimplemented(
    message = "a tuple of proofs is of rights over things, and `{Self}` is over none",
    label = "`{Self}` cannot stand in a tuple",
    note = "a right that is asked besides goes around the rest: `Given<role::Editor, Granted<CanEdit, Report>>`, or \
            `#[requires(role = \"editor\", policy = CanEdit, on = Report)]`"
)]
pub trait Share<S>: Prove<S> {
    /// As [`Prove::prove`].
    fn prove_shared(
        caller: &Arc<Authenticated<Self::Principal>>,
        asked: &mut Asked<'_, S>,
    ) -> impl Future<Output = Result<Self, Denial>> + Send;
}

/// What the extractor of every proof does.
pub(crate) async fn admit<G, S>(parts: &mut Parts, state: &S, site: Option<Site>) -> Result<G, Denial>
where
    G: Prove<S>,
    S: HasGate<G::Principal> + Sync,
{
    let taken = const { Taken::by(G::RIGHT) };
    let mut asked;
    // In a block, so that what is waited for need not have room for the caller twice.
    let proving = {
        let mut caller = match Authenticated::from_parts(parts, state, taken, Some(G::RIGHT)).await {
            Ok(caller) => caller,
            Err(denial) => return Err(denial.at(site).told(Some(parts))),
        };
        let reads_tenants = const { G::RIGHT.names_a_tenant() };
        let parameters = if const { G::READS_PATH } || reads_tenants {
            Some(RawPathParams::from_request_parts(parts, &()).await)
        } else {
            None
        };
        // What is no text names nothing, which is the client's doing and not the route's.
        let is_no_text = matches!(parameters, Some(Err(RawPathParamsRejection::InvalidUtf8InPathParam(_))));
        let parameters = parameters.and_then(Result::ok);
        if reads_tenants {
            let source = TenantSource::new(parts, parameters.as_ref());
            // A tenant's canonical form is the application's code.
            let found = catch_unwind(AssertUnwindSafe(|| G::find_tenants(&source, &mut caller.context)));
            let denial = match found {
                Err(_) => Some(caller.deny(Refused { reason: Reason::Failed, why: None }, G::RIGHT)),
                Ok(exist) => (!exist).then(|| caller.missing(G::RIGHT)),
            };
            if let Some(denial) = denial {
                return Err(denial.at(site).told(Some(parts)));
            }
        }
        if let Some(denial) = refuse::<G, S>(&caller, parts, site) {
            return Err(denial);
        }
        if const { G::READS_PATH } && is_no_text {
            return Err(caller.missing(G::RIGHT).at(site).told(Some(parts)));
        }
        let path = parameters.as_ref().map(PathParameters::of).unwrap_or_default();
        // A key's type may be the application's own.
        let checked = || catch_unwind(AssertUnwindSafe(|| check_path::<G, S>(path.again())));
        if const { G::READS_PATH }
            && let Err(error) = checked().unwrap_or_else(|_| Err(ConfigError::new(PANICKED.to_owned())))
        {
            tracing::error!(target: "authgate::gate", %error, "a route's path does not name the thing that it is about");
            let denial = caller.deny(Refused { reason: Reason::Undecided, why: None }, G::RIGHT);
            return Err(denial.at(site).told(Some(parts)));
        }
        asked = Asked { path, state, timeout: caller.gate.timeout() };
        G::prove(caller, &mut asked)
    };
    let proof = proving.await;
    if proof.is_ok() && Declaration::admits(&parts.extensions, Some(G::RIGHT)) {
        return Err(stop_probe::<G::Principal, S>(parts, state));
    }
    match proof {
        Ok(proof) => Ok(proof),
        Err(denial) => Err(denial.at(site).told(Some(parts))),
    }
}

/// The denial of a caller who lacks what is asked before a thing is loaded, if he does.
#[inline]
fn refuse<G: Prove<S>, S>(
    caller: &Authenticated<G::Principal>,
    request: &Parts,
    site: Option<Site>,
) -> Option<Denial> {
    let refused = G::coarse(&caller.principal, &caller.context).err()?;
    let denial = caller.gate.again(caller.deny(refused, G::RIGHT), request).at(site);
    // Another login is asked of whoever has the rest, and so may know.
    let hidden = G::CONCEAL_COARSE && denial.reason() != Reason::Lacking(Lack::Login);
    let denial = if hidden { denial.concealed() } else { denial };
    Some(denial.told(Some(request)))
}

/// As [`admit`], of a right that is the caller's own, where nothing has to be waited for; `None` where something has, or may.
#[inline(always)]
pub(crate) fn admit_at_once<R, P, S>(
    parts: &Parts,
    state: &S,
    site: Option<Site>,
) -> Option<Result<Authorized<R, P>, Denial>>
where
    R: Requirement<P>,
    P: Principal,
    S: HasGate<P> + Sync,
{
    // Tenants are found by what axum gives only to who waits.
    if const { R::EXPRESSION.names_a_tenant() } {
        return None;
    }
    let taken = const { Taken::by(R::EXPRESSION) };
    let caller = match Authenticated::from_parts_at_once(parts, state, taken, Some(R::EXPRESSION))? {
        Ok(caller) => caller,
        Err(denial) => return Some(Err(denial.at(site).told(Some(parts)))),
    };
    if let Some(denial) = refuse::<Authorized<R, P>, S>(&caller, parts, site) {
        return Some(Err(denial));
    }
    if Declaration::admits(&parts.extensions, Some(R::EXPRESSION)) {
        return Some(Err(stop_probe::<P, S>(parts, state)));
    }
    Some(Ok(Authorized::proved(caller)))
}

const PANICKED: &str = "a key's type has panicked where it was asked what it is made of";

/// Whether a path has what the keys of the things are made of, and nothing that could be taken for it.
pub(crate) fn check_path<G: Prove<S>, S>(mut path: PathParameters) -> Result<(), ConfigError> {
    G::check_path(&mut path)?;
    path.check_all_are_taken()
}

impl<R: Requirement<P>, P: Principal> States for Authorized<R, P> {
    type Principal = P;

    const RIGHT: &'static Expression = R::EXPRESSION;
}

impl<R: Requirement<P>, P: Principal, S: Sync> Prove<S> for Authorized<R, P> {
    fn coarse(principal: &P, context: &Context) -> Result<(), Refused> {
        evaluate::<R, P>(principal, context)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    async fn prove(caller: Authenticated<P>, _: &mut Asked<'_, S>) -> Result<Self, Denial> {
        Ok(Self::proved(caller))
    }
}

impl<R, P> Authorized<R, P> {
    /// Of a caller who has the right.
    pub(super) const fn proved(caller: Authenticated<P>) -> Self {
        Self { caller, invariant: PhantomData }
    }
}

/// Several proofs of one caller, each over its own thing: `(from, to): (Granted<CanDebit, Account>, Granted<CanCredit,
/// Account>)`. The path's parameters go to them in order.
macro_rules! several {
    ($($proof:ident $variable:ident),+) => {
        impl<P: Principal, $($proof: States<Principal = P>),+> States for ($($proof,)+) {
            type Principal = P;

            const RIGHT: &'static Expression = &Expression::All(&[$($proof::RIGHT),+]);
        }

        impl<P: Principal, S: Sync, $($proof: Share<S> + States<Principal = P> + Send),+> Prove<S> for ($($proof,)+) {
            const READS_PATH: bool = true;

            fn coarse(principal: &P, context: &Context) -> Result<(), Refused> {
                $($proof::coarse(principal, context)?;)+
                Ok(())
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
