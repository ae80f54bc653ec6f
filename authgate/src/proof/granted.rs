//! Rights over a resource. The proof owns the resource.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::Authenticated;
use super::prove::{Asked, Prove, Share, States};
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::guard::{RunResult, caught, in_time};
use crate::log::{Causes, OneLine};
use crate::proof::resource::{
    Decides, DecidesNow, DeclaredPolicy, Edit, ImpliesPrincipal, IsLoaded, NoKey, PathParameters, Resource,
};
use crate::right::{
    Context, Decision, Evaluated, FindTenant, Invariant, Principal, Reason, Refused, Rule, TypeName, reason,
};

/// A caller that has the right `R` over the resource `T`, together with the resource. As the first
/// parameter of a handler, it admits callers that have `R` over the resource in the path.
///
/// The caller is authenticated first (401). Then the resource is loaded (404), and the policy
/// decides (403). The proof owns the resource that was checked. A function that saves a
/// `Granted<CanEdit, Report>` therefore saves the checked report and no other.
///
/// `R` is a [`Policy`](crate::Policy), an [`AsyncPolicy`](crate::resource::AsyncPolicy) in
/// [`Async`](crate::resource::Async), or a combination with policies in
/// [`On`](crate::resource::On).
///
/// Dereferences to the resource, and serializes as the resource. [`principal`](Self::principal)
/// returns the caller.
///
/// # Examples
///
/// ```
/// use authgate::{Decision, Granted, Policy};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// pub struct Report {
///     owner: String,
/// }
///
/// pub struct CanEdit;
///
/// impl Policy<Report> for CanEdit {
///     type Principal = User;
///
///     fn decide(user: &User, report: &Report) -> Decision {
///         Decision::allow_if(user.sub == report.owner)
///     }
/// }
///
/// async fn edit(report: Granted<CanEdit, Report>) -> String {
///     format!("{} edits a report of {}", report.principal().sub, report.owner)
/// }
/// ```
///
/// The checked resource cannot be replaced by another:
///
/// ```compile_fail
/// use authgate::Granted;
///
/// struct Report;
/// struct CanEdit;
/// struct User;
///
/// fn swap(checked: Granted<CanEdit, Report, User>, other: Report) -> Granted<CanEdit, Report, User> {
///     other
/// }
/// ```
pub struct Granted<R: ?Sized, T, P = <R as ImpliesPrincipal<T>>::Principal> {
    resource: T,
    caller: Arc<Authenticated<P>>,
    pub(super) invariant: Invariant<(T, P, R)>,
}

impl<R: ?Sized, T, P> Granted<R, T, P> {
    pub(super) const fn new(resource: T, caller: Arc<Authenticated<P>>) -> Self {
        Self { resource, caller, invariant: PhantomData }
    }

    pub(super) fn caller(&self) -> &Authenticated<P> {
        &self.caller
    }

    /// Returns the principal that has the right.
    #[must_use]
    pub fn principal(&self) -> &P {
        &self.caller.principal
    }

    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.caller.context
    }

    /// Returns the resource without the proof.
    #[must_use]
    pub fn into_resource(self) -> T {
        self.resource
    }

    /// Changes the resource and keeps the proof, so that the changed resource can be saved. The
    /// change must not replace the resource by another: see [`Edit`].
    #[must_use]
    pub fn edit(mut self, patch: T::Patch) -> Self
    where
        T: Edit,
    {
        self.resource.edit(patch);
        self
    }
}

impl<R: DeclaredPolicy<T> + ?Sized, T: Send + 'static, P: Principal> Granted<R, T, P> {
    /// Checks another right over the same resource, in its current state. The policy sees the
    /// changes of [`edit`](Self::edit): check the right before a change that the policy depends on.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the policy does not allow it.
    pub fn authorize<Q: DecidesNow<T, P>>(self) -> Result<Granted<Q, T, P>, Denial> {
        decide::<Q, T, P>(&self.caller, &self.resource)?;
        Ok(Granted::new(self.resource, self.caller))
    }

    /// Grants the same caller a right over another resource that the application
    /// [`Loaded`](crate::resource::Loaded).
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the policy does not allow it.
    pub fn authorize_on<Q, U>(&self, resource: impl IsLoaded<U>) -> Result<Granted<Q, U, P>, Denial>
    where
        Q: DecidesNow<U, P>,
        U: Send + 'static,
    {
        let resource = resource.value();
        decide::<Q, U, P>(&self.caller, &resource)?;
        Ok(Granted::new(resource, Arc::clone(&self.caller)))
    }

    /// Returns the denial for a resource that was deleted in the meantime: 404, as for one that
    /// never existed.
    pub fn gone(&self) -> Denial {
        self.caller.missing(R::RULE).log(None)
    }
}

pub(super) fn decide<R, T, P>(caller: &Authenticated<P>, resource: &T) -> Result<(), Denial>
where
    R: DecidesNow<T, P>,
    P: Principal,
{
    let mut why = None;
    let decided = || R::decide_now(&caller.principal, &caller.context, resource, &mut why);
    let decision = caught(decided);
    denied(caller, R::RULE, decision, why).map_err(|denial| denial.log(None))?;
    caller.tell_allowed(Some(R::RULE), None);
    Ok(())
}

pub(super) async fn decide_with<R, T, P, S>(
    caller: &Authenticated<P>,
    resource: &T,
    state: &S,
    timeout: Duration,
) -> Result<(), Denial>
where
    R: Decides<T, P, S> + ?Sized,
    P: Principal,
    T: Sync,
    S: Sync,
{
    let mut why = None;
    // Call the policy inside of the future that catches panics: it may run code before it is
    // polled.
    let deciding = async { R::decide(&caller.principal, &caller.context, resource, state, &mut why).await };
    let decision = match in_time(deciding, timeout).await {
        RunResult::Completed(decision) => Some(decision),
        RunResult::Panicked => None,
        RunResult::TimedOut => {
            let policy = match R::RULE {
                Rule::Policy { policy, .. } => policy.text(),
                rule => rule.to_string().into(),
            };
            let after = timeout.as_secs_f64();
            tracing::error!(target: "authgate::gate", %policy, after, "a policy did not answer in time");
            Some(Decision::Unavailable)
        }
    };
    denied(caller, R::RULE, decision, why)
}

fn denied<P: Principal>(
    caller: &Authenticated<P>,
    right: &'static Rule,
    decision: Option<Decision>,
    why: Option<Evaluated>,
) -> Result<(), Denial> {
    let refused = match decision {
        Some(Decision::Allow) => return Ok(()),
        Some(decision) => Refused {
            reason: reason(decision),
            why: Some(why.unwrap_or_else(|| Evaluated::leaf(right, decision))),
        },
        None => Refused { reason: Reason::Failed, why: None },
    };
    Err(caller.deny(refused, right))
}

/// The error of a resource that could not be loaded.
type Unloaded = Box<dyn std::error::Error + Send + Sync>;

/// A denial, with the resource if it was loaded.
pub(super) struct RefusedOver<T> {
    pub(super) denial: Denial,
    pub(super) resource: Option<T>,
}

/// Loads the resource that the path names, and decides.
pub(super) async fn load<R, T, P, S>(
    caller: &Authenticated<P>,
    asked: &mut Asked<'_, S>,
) -> Result<T, RefusedOver<T>>
where
    R: Decides<T, P, S> + ?Sized,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    let right = R::RULE;
    let nothing = |denial| RefusedOver { denial, resource: None };
    let undecided = || caller.deny(Refused { reason: Reason::Unavailable, why: None }, right);
    // Deserializing a key may run the application's code.
    let key = match catch_unwind(AssertUnwindSafe(|| T::key(&mut asked.path))).unwrap_or(Err(NoKey::Mismatch))
    {
        Ok(key) => key,
        Err(NoKey::Unfit) => return Err(nothing(caller.missing(right))),
        Err(NoKey::Mismatch) => return Err(nothing(undecided())),
    };
    // Converting the error may run the application's code, too.
    let loaded = async { T::load(key, asked.state).await.map_err(Into::<Unloaded>::into) };
    let resource = match in_time(loaded, asked.timeout).await {
        RunResult::Completed(Ok(Some(resource))) => resource,
        RunResult::Completed(Ok(None)) => return Err(nothing(caller.missing(right))),
        RunResult::Completed(Err(error)) => {
            let resource = TypeName::of::<T>();
            tracing::error!(target: "authgate::gate", %resource, error = %OneLine(&Causes(&*error)), "a resource could not be loaded");
            return Err(nothing(undecided()));
        }
        RunResult::TimedOut => {
            let (resource, after) = (TypeName::of::<T>(), asked.timeout.as_secs_f64());
            tracing::error!(target: "authgate::gate", %resource, after, "a resource was not loaded in time");
            return Err(nothing(undecided()));
        }
        RunResult::Panicked => {
            return Err(nothing(caller.deny(Refused { reason: Reason::Failed, why: None }, right)));
        }
    };
    match decide_with::<R, T, P, S>(caller, &resource, asked.state, asked.timeout).await {
        Ok(()) => Ok(resource),
        Err(denial) => Err(RefusedOver { denial, resource: Some(resource) }),
    }
}

impl<R: DeclaredPolicy<T> + ?Sized, T: 'static, P: Principal> States for Granted<R, T, P> {
    type Principal = P;

    const RIGHT: &'static Rule = R::RULE;
}

impl<R: ?Sized, T, P, S> Prove<S> for Granted<R, T, P>
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
        Self::prove_shared(&Arc::new(caller), asked).await
    }
}

impl<R: ?Sized, T, P, S> Share<S> for Granted<R, T, P>
where
    R: Decides<T, P, S>,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    async fn prove_shared(caller: &Arc<Authenticated<P>>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        let resource = load::<R, T, P, S>(caller, asked).await.map_err(|refused| refused.denial)?;
        Ok(Self::new(resource, Arc::clone(caller)))
    }
}

impl<R: ?Sized, T, P> Deref for Granted<R, T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.resource
    }
}

/// Serializes the resource.
impl<R: ?Sized, T: serde::Serialize, P> serde::Serialize for Granted<R, T, P> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.resource.serialize(serializer)
    }
}

/// Prints the scheme that authenticated the caller, and nothing about the principal or the
/// resource.
impl<R: ?Sized, T, P> fmt::Debug for Granted<R, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("scheme", &self.context().scheme()).finish_non_exhaustive()
    }
}
