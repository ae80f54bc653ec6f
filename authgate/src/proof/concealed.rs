//! Declarations that wrap another declaration: to conceal a resource, or to require another right.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use super::granted::{RefusedOver, decide_with, load};
use super::prove::{Asked, Prove, Share, States};
use super::{Authenticated, Granted};
use crate::access::Part;
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::proof::resource::{Decides, PathParameters, Resource};
use crate::right::{Context, FindTenant, Invariant, Principal, Refused, Requirement, Rule, evaluate};

/// The proof `G`, with 404 instead of 403. The response is byte for byte identical to the response
/// for a missing resource. `#[requires(.., conceal)]` expands to it.
///
/// # Examples
///
/// ```
/// use authgate::resource::Concealed;
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
/// async fn edit(report: Concealed<Granted<CanEdit, Report>>) -> String {
///     report.into_inner().into_resource().owner
/// }
/// ```
pub struct Concealed<G> {
    proof: G,
    pub(super) invariant: Invariant<(G,)>,
}

/// The proof `G` of a right over a resource, which is concealed from callers that do not have `V`
/// over it. `#[requires(.., conceal = CanRead)]` expands to it.
///
/// A denied caller gets 403 with `V`, and 404 without it.
///
/// # Examples
///
/// ```
/// use authgate::resource::ConcealedUnless;
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
/// pub struct CanRead;
///
/// impl Policy<Report> for CanRead {
///     type Principal = User;
///
///     fn decide(_: &User, report: &Report) -> Decision {
///         Decision::allow_if(report.owner != "root")
///     }
/// }
///
/// async fn edit(report: ConcealedUnless<CanRead, Granted<CanEdit, Report>>) -> String {
///     report.owner.clone()
/// }
/// ```
pub struct ConcealedUnless<V: ?Sized, G> {
    proof: G,
    pub(super) invariant: Invariant<(G, V)>,
}

/// The proof `G` of a caller that also has the right `C`, which is checked first.
/// `#[requires(role = "editor", policy = CanEdit, on = Report)]` expands to it.
///
/// It is a declaration. Functions of a service layer take the proof that
/// [`into_inner`](Self::into_inner) returns.
///
/// # Examples
///
/// ```
/// use authgate::{Decision, Granted, Policy};
/// use authgate::right::Fresh;
/// use authgate::resource::With;
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
/// async fn edit(report: With<Fresh<300>, Granted<CanEdit, Report>>) -> String {
///     report.owner.clone()
/// }
/// ```
pub struct With<C, G, const CONCEAL: bool = false> {
    proof: G,
    pub(super) invariant: Invariant<(C, G)>,
}

impl<G: fmt::Debug> fmt::Debug for Concealed<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Concealed").field("proof", &self.proof).finish()
    }
}

impl<V: ?Sized, G: fmt::Debug> fmt::Debug for ConcealedUnless<V, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConcealedUnless").field("proof", &self.proof).finish_non_exhaustive()
    }
}

impl<C, G: fmt::Debug, const CONCEAL: bool> fmt::Debug for With<C, G, CONCEAL> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("proof", &self.proof).finish_non_exhaustive()
    }
}

macro_rules! derefs {
    ($([$($generics:tt)*] $wrapper:ty;)*) => {
        $(
            impl<$($generics)*> Deref for $wrapper {
                type Target = G;

                fn deref(&self) -> &G {
                    &self.proof
                }
            }

            impl<$($generics)*> $wrapper {
                /// Returns the proof, for functions of a service layer.
                #[must_use]
                pub fn into_inner(self) -> G {
                    self.proof
                }
            }
        )*
    };
}

derefs! {
    [G] Concealed<G>;
    [V: ?Sized, G] ConcealedUnless<V, G>;
    [C, G, const CONCEAL: bool] With<C, G, CONCEAL>;
}

impl<G: States> States for Concealed<G> {
    type Principal = G::Principal;

    const RIGHT: &'static Rule = G::RIGHT;
    const CONCEAL: bool = true;
}

impl<G: Prove<S>, S: Sync> Prove<S> for Concealed<G> {
    const CONCEAL_COARSE: bool = true;
    const READS_PATH: bool = G::READS_PATH;

    fn coarse(principal: &G::Principal, context: &Context) -> Result<(), Refused> {
        G::coarse(principal, context)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        G::find_tenants(request, context)
    }

    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        G::check_path(path)
    }

    async fn prove(caller: Authenticated<G::Principal>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        match G::prove(caller, asked).await {
            Ok(proof) => Ok(Self { proof, invariant: PhantomData }),
            Err(denial) => Err(denial.concealed()),
        }
    }
}

impl<G: Share<S>, S: Sync> Share<S> for Concealed<G> {
    async fn prove_shared(
        caller: &Arc<Authenticated<G::Principal>>,
        asked: &mut Asked<'_, S>,
    ) -> Result<Self, Denial> {
        match G::prove_shared(caller, asked).await {
            Ok(proof) => Ok(Self { proof, invariant: PhantomData }),
            Err(denial) => Err(denial.concealed()),
        }
    }
}

impl<V: 'static + ?Sized, G: States> States for ConcealedUnless<V, G> {
    type Principal = G::Principal;

    const RIGHT: &'static Rule = G::RIGHT;
    const CONCEAL: bool = true;
}

impl<V: ?Sized, R: ?Sized, T, P, S> Prove<S> for ConcealedUnless<V, Granted<R, T, P>>
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
        Self::prove_shared(&Arc::new(caller), asked).await
    }
}

impl<V: ?Sized, R: ?Sized, T, P, S> Share<S> for ConcealedUnless<V, Granted<R, T, P>>
where
    V: Decides<T, P, S>,
    R: Decides<T, P, S>,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    async fn prove_shared(caller: &Arc<Authenticated<P>>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        let resource = load_concealed::<V, R, T, P, S>(caller, asked).await?;
        Ok(Self::around(Granted::new(resource, Arc::clone(caller))))
    }
}

impl<V: ?Sized, G> ConcealedUnless<V, G> {
    pub(super) const fn around(proof: G) -> Self {
        Self { proof, invariant: PhantomData }
    }
}

/// Loads the resource, and conceals it from callers that have neither `R` nor `V` over it.
pub(super) async fn load_concealed<V, R, T, P, S>(
    caller: &Authenticated<P>,
    asked: &mut Asked<'_, S>,
) -> Result<T, Denial>
where
    V: Decides<T, P, S> + ?Sized,
    R: Decides<T, P, S> + ?Sized,
    T: Resource<S>,
    P: Principal,
    S: Sync,
{
    let RefusedOver { denial, resource } = match load::<R, T, P, S>(caller, asked).await {
        Ok(resource) => return Ok(resource),
        Err(refused) => refused,
    };
    let Some(resource) = resource.filter(|_| denial.reason().is_refusal()) else { return Err(denial) };
    match decide_with::<V, T, P, S>(caller, &resource, asked.state, asked.timeout).await {
        Ok(()) => Err(denial),
        Err(unknown) if unknown.reason().is_refusal() => Err(denial.concealed()),
        // It is indeterminate whether the caller may know of the resource.
        Err(unsure) => Err(unsure),
    }
}

impl<C, G, const CONCEAL: bool> States for With<C, G, CONCEAL>
where
    C: Requirement<G::Principal>,
    G: States,
{
    type Principal = G::Principal;

    const RIGHT: &'static Rule = &Rule::All(Cow::Borrowed(&[Part::of(C::RULE), Part::of(G::RIGHT)]));
    const CONCEAL: bool = G::CONCEAL;
}

impl<C, G, S, const CONCEAL: bool> Prove<S> for With<C, G, CONCEAL>
where
    C: Requirement<G::Principal>,
    G: Prove<S>,
    S: Sync,
{
    const CONCEAL_COARSE: bool = CONCEAL;
    const READS_PATH: bool = G::READS_PATH;

    fn coarse(principal: &G::Principal, context: &Context) -> Result<(), Refused> {
        evaluate::<C, G::Principal>(principal, context)?;
        G::coarse(principal, context)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        C::find_tenants(request, context) & G::find_tenants(request, context)
    }

    fn check_path(path: &mut PathParameters) -> Result<(), ConfigError> {
        G::check_path(path)
    }

    async fn prove(caller: Authenticated<G::Principal>, asked: &mut Asked<'_, S>) -> Result<Self, Denial> {
        match G::prove(caller, asked).await {
            Ok(proof) => Ok(Self { proof, invariant: PhantomData }),
            Err(denial) => Err(denial.within(Self::RIGHT, C::RULE)),
        }
    }
}
