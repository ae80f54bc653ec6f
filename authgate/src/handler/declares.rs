use std::fmt;

use axum::response::IntoResponse;
use http::request::Parts;

use crate::denial::Denial;
use crate::error::ConfigError;
use crate::gate::{HasGate, Step};
use crate::proof::resource::PathParameters;
use crate::proof::visible::Listable;
use crate::proof::{
    App, Authenticated, Authorized, AuthorizedOn, Checked, Concealed, ConcealedUnless, Entering, Granted,
    IsInvariant, Prove, Remember, States, VisibleList, With, begin, check_path, prove, resume,
};
use crate::right::{AcceptedSchemes, Declaration, Principal, Requirement, Right, Site, principal_type};
use crate::test_hooks::{AnyGate, EraseGate as _};

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a declaration, because authgate does not enforce it",
    label = "not a declaration of authgate",
    note = "take `Authenticated<..>` or `Authorized<..>` as the first parameter, and build `{Self}` from it"
)]
pub trait Sealed: IsInvariant {}

/// The first parameter of a handler, which declares who may call the handler.
///
/// # Examples
///
/// ```
/// use authgate::handler::Access;
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
/// assert_eq!(<Authorized<role::Admin>>::DECLARATION.to_string(), "role:admin");
/// ```
#[diagnostic::on_unimplemented(
    message = "this handler does not declare who may call it",
    label = "the first parameter, `{Self}`, is not a declaration",
    note = "write one of these first: `Authenticated<User>` for any authenticated caller, `Authorized<role::Admin>` \
            or `#[requires(role = \"admin\")]` for callers with a right, `#[public(reason = \"..\")]` for every \
            caller",
    note = "`Option<Authenticated<User>>` and `Result<Authenticated<User>, Denial>` admit every caller: write \
            `#[public(reason = \"..\")]` on the handler"
)]
pub trait Access: Sealed {
    /// The declaration, as data for the access table.
    const DECLARATION: Declaration;
}

impl<P> Sealed for Authenticated<P> {}
impl<P: Principal> Access for Authenticated<P> {
    const DECLARATION: Declaration = Declaration::Authenticated { principal: principal_type::<P>() };
}

impl<R, P> Sealed for Authorized<R, P> {}
impl<R: Right, P: Principal> Access for Authorized<R, P> {
    const DECLARATION: Declaration =
        Declaration::Authorized { right: R::RULE, principal: principal_type::<P>(), conceal: false };
}

/// The check of a declaration, before authgate calls a handler.
///
/// It is not `FromRequestParts`, because other crates can implement that trait for their own state.
/// It is not exported.
#[diagnostic::on_unimplemented(
    message = "this handler does not declare who may call it",
    label = "the first parameter, `{Self}`, is not a declaration",
    note = "write one of these first: `Authenticated<User>` for any authenticated caller, `Authorized<role::Admin>` \
            or `#[requires(role = \"admin\")]` for callers with a right, `#[public(reason = \"..\")]` for every \
            caller",
    note = "`Option<Authenticated<User>>` and `Result<Authenticated<User>, Denial>` admit every caller: write \
            `#[public(reason = \"..\")]` on the handler"
)]
pub trait Admit<S>: Access + Sized + 'static {
    /// The response if the declaration is not met.
    type Denied: IntoResponse + Send;

    /// Is `true` if axum extracts the declaration in parts when axum calls the handler. Each part
    /// would then read the path on its own.
    const IN_PARTS: bool = false;

    /// Checks that the gate in the state can meet the declaration.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the gate has no scheme that the declaration accepts.
    fn check(state: &S) -> Result<(), ConfigError> {
        let _ = state;
        Ok(())
    }

    /// Checks that the declaration can be met on this path.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the path parameters do not match the keys of the resources.
    fn check_path(path: &str) -> Result<(), ConfigError> {
        let _ = path;
        Ok(())
    }

    /// Returns the gate of the declared principal, for a test.
    #[doc(hidden)]
    fn gate(state: &S) -> Option<AnyGate> {
        let _ = state;
        None
    }

    /// Leaves the caller to the service behind the declaration.
    fn leave_caller(self, parts: &mut Parts) {
        let _ = parts;
    }

    /// A request that must wait.
    type Waiting: Send + 'static;

    /// Checks the declaration of the route that is registered at `site`, until it must wait.
    fn begin(
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
        remember: Remember,
    ) -> Step<Result<Self, Self::Denied>, Self::Waiting>;

    /// Waits, and completes the check.
    fn finish(
        waiting: Self::Waiting,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> impl Future<Output = Result<Self, Self::Denied>> + Send;
}

impl<P: Principal, S: HasGate<P> + Sync> Admit<S> for Authenticated<P> {
    type Denied = Denial;
    type Waiting = Box<Entering<P>>;

    fn gate(state: &S) -> Option<AnyGate> {
        HasGate::<P>::gate(state).erase()
    }

    fn leave_caller(self, parts: &mut Parts) {
        drop(self.remember(parts, AcceptedSchemes::ALL));
    }

    fn begin(
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
        remember: Remember,
    ) -> Step<Result<Self, Denial>, Box<Entering<P>>> {
        Self::admit(parts, state, site, remember)
    }

    async fn finish(
        waiting: Box<Entering<P>>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        Self::admitted(waiting, parts, state, site).await
    }
}

/// A request for a proof of a resource, which must wait.
pub enum Proving<G: States> {
    /// The scheme must be awaited.
    Scheme(Box<Entering<G::Principal>>),
    /// The caller has the rights that need no resource. The resources must be loaded.
    Resource(Box<Checked<G>>),
}

impl<G: States> fmt::Debug for Proving<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proving")
    }
}

macro_rules! proofs {
    ($([$($generics:tt)*] $proof:ty $(, in parts: $in_parts:literal)?;)*) => {
        $(
            impl<$($generics)*> Sealed for $proof {}

            impl<$($generics)*> Access for $proof
            where
                Self: States,
            {
                const DECLARATION: Declaration = Declaration::Authorized {
                    right: <Self as States>::RIGHT,
                    principal: principal_type::<<Self as States>::Principal>(),
                    conceal: <Self as States>::CONCEAL,
                };
            }

            impl<$($generics)*, S> Admit<S> for $proof
            where
                Self: Prove<App<Self, S>>,
                S: HasGate<<Self as States>::Principal> + Sync,
            {
                type Denied = Denial;
                type Waiting = Proving<Self>;

                $(const IN_PARTS: bool = $in_parts;)?

                fn check(state: &S) -> Result<(), ConfigError> {
                    check_satisfiable::<Self, S>(state)
                }

                fn check_path(path: &str) -> Result<(), ConfigError> {
                    check_path::<Self, App<Self, S>>(PathParameters::of_route(path))
                }

                fn gate(state: &S) -> Option<AnyGate> {
                    HasGate::<<Self as States>::Principal>::gate(state).erase()
                }

                fn begin(
                    parts: &mut Parts,
                    state: &S,
                    site: Option<Site>,
                    remember: Remember,
                ) -> Step<Result<Self, Denial>, Proving<Self>> {
                    match begin::<Self, S>(parts, state, site, remember) {
                        Step::Done(Ok(checked)) => Step::Wait(Proving::Resource(Box::new(checked))),
                        Step::Done(Err(denial)) => Step::Done(Err(denial)),
                        Step::Wait(entering) => Step::Wait(Proving::Scheme(entering)),
                    }
                }

                async fn finish(
                    waiting: Proving<Self>,
                    parts: &mut Parts,
                    state: &S,
                    site: Option<Site>,
                ) -> Result<Self, Denial> {
                    let checked = match waiting {
                        Proving::Scheme(entering) => Box::new(resume::<Self, App<Self, S>>(entering, parts, site).await?),
                        Proving::Resource(checked) => checked,
                    };
                    prove(checked, parts, state, site).await
                }
            }
        )*
    };
}

proofs! {
    [R: ?Sized, T, P] Granted<R, T, P>;
    [R, T, P] AuthorizedOn<R, T, P>;
    [T: Listable, R, P] VisibleList<T, R, P>;
    [G] Concealed<G>;
    [V: ?Sized, G] ConcealedUnless<V, G>;
    [C, G, const CONCEAL: bool] With<C, G, CONCEAL>;
    [A, B] (A, B), in parts: true;
    [A, B, C] (A, B, C), in parts: true;
    [A, B, C, D] (A, B, C, D), in parts: true;
}

impl<R: Requirement<P>, P: Principal, S: HasGate<P> + Sync> Admit<S> for Authorized<R, P> {
    type Denied = Denial;
    type Waiting = Box<Entering<P>>;

    fn check(state: &S) -> Result<(), ConfigError> {
        check_satisfiable::<Self, S>(state)
    }

    fn gate(state: &S) -> Option<AnyGate> {
        HasGate::<P>::gate(state).erase()
    }

    fn leave_caller(self, parts: &mut Parts) {
        drop(self.into_authenticated().remember(parts, const { AcceptedSchemes::by(R::RULE) }));
    }

    fn begin(
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
        remember: Remember,
    ) -> Step<Result<Self, Denial>, Box<Entering<P>>> {
        match begin::<Self, S>(parts, state, site, remember) {
            Step::Done(checked) => Step::Done(Self::complete(checked, parts, state, site)),
            Step::Wait(entering) => Step::Wait(entering),
        }
    }

    async fn finish(
        waiting: Box<Entering<P>>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        let checked = resume::<Self, App<Self, S>>(waiting, parts, site).await;
        Self::complete(checked, parts, state, site)
    }
}

fn check_satisfiable<G: States, S: HasGate<G::Principal>>(state: &S) -> Result<(), ConfigError> {
    let (gate, principal) = (state.gate(), <G::Principal as Principal>::NAME);
    if !gate.has_accepted_scheme(const { AcceptedSchemes::by(G::RIGHT) }) {
        return Err(ConfigError::new(format!(
            "it requires {}, but the gate of `{principal}` has only {gate:?}: add the scheme to the gate, or require another",
            G::RIGHT
        )));
    }
    Ok(())
}
