//! Callers of two gates on one route.

mod alternative;

use std::any::TypeId;
use std::fmt;

use axum::extract::FromRequestParts;
use http::request::Parts;

use alternative::{Alternative, accepted, refuse};

use super::declares::{Access, Admit, Sealed};
use crate::credentials::{ForSeveralGates, RequestCredentials};
use crate::denial::Denial;
use crate::error::ConfigError;
use crate::gate::{Presence, Step};
use crate::proof::{Authenticated, Entering, IsInvariant, Remember};
use crate::right::{CredentialError, Declaration, Principal, Reason, Site};
use crate::test_hooks::{AnyGate, Hooks, RouteHooks as _};

/// A caller of one of two gates, as the first parameter of a handler:
/// `Either<Authenticated<User>, Authenticated<Machine>>`.
///
/// Each side is a proof with another type of principal, such as `Authorized<role::Admin>` or
/// `Granted<CanEdit, Report>`. The state has a gate for both types.
///
/// - The gate for whose schemes the request has a credential decides. A credential other than a
///   cookie has precedence over cookies, also across the gates, and the left gate has precedence
///   if both read cookies of the request.
/// - If both gates read the same credential, such as a Bearer token, the left gate decides first.
///   The right gate decides only if the left one reports a wrong issuer, a wrong audience or
///   missing credentials. Therefore, give the two gates different issuers or audiences.
/// - If both gates reject the credential, the reason of the left gate is sent. An authenticated
///   caller without the right of its side gets 403.
/// - Two credentials other than cookies, one for each gate, are ambiguous and get 400. They are
///   never combined.
/// - A 401 and a 400 have the challenges of both gates, as one gate with all their schemes would
///   send them, and the `Vary` of both.
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, Either, Gate, Router, routing::post};
/// use axum::extract::FromRef;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// #[derive(authgate::Principal)]
/// pub struct Machine {
///     #[principal(id)]
///     serial: u64,
/// }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     users: Gate<User>,
///     machines: Gate<Machine>,
/// }
///
/// async fn upload(caller: Either<Authenticated<User>, Authenticated<Machine>>) -> String {
///     match caller {
///         Either::Left(user) => format!("uploaded by {}", user.sub),
///         Either::Right(machine) => format!("uploaded by machine {}", machine.serial),
///     }
/// }
///
/// fn routes() -> Router<App> {
///     Router::new().route("/uploads", post(upload))
/// }
///
/// let line = "POST    /uploads authenticated User | authenticated Machine\n";
/// assert_eq!(routes().access().to_string(), line);
/// ```
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "handlers match on both sides")]
pub enum Either<L, R> {
    /// A caller of the first gate.
    Left(L),
    /// A caller of the second gate.
    Right(R),
}

impl<L: IsInvariant, R: IsInvariant> IsInvariant for Either<L, R> {}
impl<L: IsInvariant, R: IsInvariant> Sealed for Either<L, R> {}
impl<L: Access, R: Access> Access for Either<L, R> {
    const DECLARATION: Declaration = Declaration::Either { alternatives: &[L::DECLARATION, R::DECLARATION] };
}

/// The gates that decide on a request.
enum Turn {
    Left,
    Right,
    LeftThenRight,
    /// No gate decides, because the request is denied for this reason.
    Denied(Reason),
}

impl Turn {
    fn of<L: Alternative<S>, R: Alternative<S>, S>(parts: &Parts, state: &S) -> Self {
        let (left, right) = (L::deciding_gate(parts, state), R::deciding_gate(parts, state));
        let presented = RequestCredentials::of(parts);
        let presence =
            (left.presence(&presented, accepted::<L, S>()), right.presence(&presented, accepted::<R, S>()));
        match presence {
            (Err(reason), _) | (_, Err(reason)) => Self::Denied(reason),
            (Ok(Presence::Deliberate(of_left)), Ok(Presence::Deliberate(of_right))) => {
                if left.shares_credential(of_left, &right, of_right, &presented) {
                    Self::LeftThenRight
                } else {
                    Self::Denied(Reason::Ambiguous)
                }
            }
            (Ok(Presence::Deliberate(_)), _) | (Ok(Presence::Cookie), Ok(Presence::None)) => Self::Left,
            (_, Ok(Presence::Deliberate(_))) | (Ok(Presence::None), Ok(Presence::Cookie)) => Self::Right,
            _ => Self::LeftThenRight,
        }
    }
}

/// Returns `true` if the credential may be one for another gate.
const fn is_for_another_gate(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NoCredentials
            | Reason::InvalidCredentials(CredentialError::WrongIssuer | CredentialError::WrongAudience)
    )
}

/// The state of a request between two waits.
pub enum Deciding<P, Q> {
    /// The scheme of the left gate must be awaited.
    LeftScheme {
        /// The request at the left gate.
        entering: Box<Entering<P>>,
        /// `true` if the right gate decides next.
        then_right: bool,
        /// When a caller of the right gate is left for other code.
        remember: Remember,
    },
    /// The scheme of the right gate must be awaited.
    RightScheme {
        /// The request at the right gate.
        entering: Box<Entering<Q>>,
        /// The denial of the left gate, if it decided first.
        first: Option<Box<Denial>>,
    },
    /// The proof of the left side must be completed.
    Left(Box<Authenticated<P>>),
    /// The proof of the right side must be completed.
    Right(Box<Authenticated<Q>>),
}

impl<P, Q> fmt::Debug for Deciding<P, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deciding")
    }
}

/// A decision, up to the next wait.
type Decided<L, R, S> =
    Step<Result<Either<L, R>, Denial>, Deciding<<L as Alternative<S>>::Of, <R as Alternative<S>>::Of>>;

fn begin<L: Alternative<S>, R: Alternative<S>, S>(
    parts: &mut Parts,
    state: &S,
    site: Option<Site>,
    remember: Remember,
) -> Decided<L, R, S> {
    let then_right = match Turn::of::<L, R, S>(parts, state) {
        Turn::Left => false,
        Turn::LeftThenRight => {
            parts.extensions.insert(ForSeveralGates);
            true
        }
        Turn::Right => return begin_right(None, parts, state, site, remember),
        Turn::Denied(reason) => {
            let denial = refuse::<L, S>(reason, parts, state).beside(refuse::<R, S>(reason, parts, state));
            return Step::Done(Err(denial.at(site).log(Some(parts))));
        }
    };
    match L::enter(parts, state, remember) {
        Step::Done(entered) => after_left(entered, then_right, parts, state, site, remember),
        Step::Wait(entering) => Step::Wait(Deciding::LeftScheme { entering, then_right, remember }),
    }
}

fn after_left<L: Alternative<S>, R: Alternative<S>, S>(
    entered: Result<Authenticated<L::Of>, Denial>,
    then_right: bool,
    parts: &mut Parts,
    state: &S,
    site: Option<Site>,
    remember: Remember,
) -> Decided<L, R, S> {
    match entered {
        Ok(caller) => Step::Wait(Deciding::Left(Box::new(caller))),
        Err(denial) if then_right && is_for_another_gate(denial.reason()) => {
            begin_right(Some(Box::new(denial)), parts, state, site, remember)
        }
        Err(denial) => {
            let denial = denial.beside(refuse::<R, S>(Reason::NoCredentials, parts, state));
            Step::Done(Err(denial.at(site).log(Some(parts))))
        }
    }
}

fn begin_right<L: Alternative<S>, R: Alternative<S>, S>(
    first: Option<Box<Denial>>,
    parts: &mut Parts,
    state: &S,
    site: Option<Site>,
    remember: Remember,
) -> Decided<L, R, S> {
    match R::enter(parts, state, remember) {
        Step::Done(entered) => after_right::<L, R, S>(entered, first, parts, state, site),
        Step::Wait(entering) => Step::Wait(Deciding::RightScheme { entering, first }),
    }
}

fn after_right<L: Alternative<S>, R: Alternative<S>, S>(
    entered: Result<Authenticated<R::Of>, Denial>,
    first: Option<Box<Denial>>,
    parts: &Parts,
    state: &S,
    site: Option<Site>,
) -> Decided<L, R, S> {
    let denial = match (entered, first) {
        (Ok(caller), _) => return Step::Wait(Deciding::Right(Box::new(caller))),
        // The right gate could not decide, limits attempts, or has authenticated the caller.
        (Err(denial), Some(_))
            if !denial.reason().is_about_authentication() || denial.reason().retry_after().is_some() =>
        {
            denial
        }
        (Err(denial), Some(first)) => first.beside(denial),
        (Err(denial), None) => denial.beside(refuse::<L, S>(Reason::NoCredentials, parts, state)),
    };
    Step::Done(Err(denial.at(site).log(Some(parts))))
}

impl<L: Alternative<S>, R: Alternative<S>, S: Sync> Admit<S> for Either<L, R> {
    type Denied = Denial;
    type Waiting = Deciding<L::Of, R::Of>;

    fn check(state: &S) -> Result<(), ConfigError> {
        if TypeId::of::<L::Of>() == TypeId::of::<R::Of>() {
            let name = <L::Of as Principal>::NAME;
            return Err(ConfigError::new(format!(
                "both sides of `Either` have the principal `{name}`, and so the same gate: use one rule such as \
                 `#[requires(any(..))]`, or a principal and a gate for each kind of caller"
            )));
        }
        L::check(state)?;
        R::check(state)
    }

    fn check_path(path: &str) -> Result<(), ConfigError> {
        L::check_path(path)?;
        R::check_path(path)
    }

    fn gate(state: &S) -> Option<AnyGate> {
        Some(Hooks::joined(L::gate(state)?, R::gate(state)?))
    }

    fn leave_caller(self, parts: &mut Parts) {
        match self {
            Self::Left(caller) => caller.leave_caller(parts),
            Self::Right(caller) => caller.leave_caller(parts),
        }
    }

    fn begin(parts: &mut Parts, state: &S, site: Option<Site>, remember: Remember) -> Decided<L, R, S> {
        begin(parts, state, site, remember)
    }

    async fn finish(
        mut waiting: Deciding<L::Of, R::Of>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        loop {
            let step = match waiting {
                Deciding::Left(caller) => {
                    return L::complete(*caller, parts, state, site).await.map(Self::Left);
                }
                Deciding::Right(caller) => {
                    return R::complete(*caller, parts, state, site).await.map(Self::Right);
                }
                Deciding::LeftScheme { entering, then_right, remember } => {
                    let entered = Authenticated::resume(entering, parts).await;
                    after_left(entered, then_right, parts, state, site, remember)
                }
                Deciding::RightScheme { entering, first } => {
                    let entered = Authenticated::resume(entering, parts).await;
                    after_right::<L, R, S>(entered, first, parts, state, site)
                }
            };
            match step {
                Step::Done(decided) => return decided,
                Step::Wait(next) => waiting = next,
            }
        }
    }
}

impl<L: Alternative<S>, R: Alternative<S>, S: Sync> FromRequestParts<S> for Either<L, R> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        let site = Site::of(parts);
        match begin(parts, state, site, Remember::Always) {
            Step::Done(decided) => decided,
            Step::Wait(waiting) => Self::finish(waiting, parts, state, site).await,
        }
    }
}
