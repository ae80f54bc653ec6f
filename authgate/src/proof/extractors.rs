//! The extractors of all proofs.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::prove::{App, Prove, States, admit};
use super::resource::{Decides, Resource};
use super::visible::{ListPolicy, Listable};
use super::{
    Authenticated, Authorized, AuthorizedOn, Concealed, ConcealedUnless, Granted, Remember, VisibleList, With,
};
use crate::denial::Denial;
use crate::gate::{HasGate, ResponseHooks, Step, gate_of};
use crate::right::{Principal, Reason, Requirement, Site};

macro_rules! extractors {
    ($([$($generics:tt)*] $proof:ty where { $($bounds:tt)* };)*) => {
        $(
            impl<$($generics)*, S> FromRequestParts<S> for $proof
            where
                $($bounds)*
            {
                type Rejection = Denial;

                async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
                    let site = Site::of(parts);
                    admit(parts, state, site).await
                }
            }
        )*
    };
}

impl<P: Principal, S: HasGate<P> + Sync> FromRequestParts<S> for Authenticated<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        let site = Site::of(parts);
        let caller = match Self::admit(parts, state, site, Remember::Always) {
            Step::Done(caller) => caller,
            Step::Wait(entering) => Self::admitted(entering, parts, state, site).await,
        };
        if caller.is_err() {
            gate_of::<P, S>(parts, state).protect_anonymous_response(parts);
        }
        caller
    }
}

/// Extracts `None` only for a request without credentials. Credentials that fail are rejected.
impl<P: Principal, S: HasGate<P> + Sync> OptionalFromRequestParts<S> for Authenticated<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Denial> {
        let caller = Self::from_parts(parts, state).await;
        match caller {
            Ok(caller) => {
                // The response depends on the caller, whether or not there is one.
                if let Some(response_hooks) = parts.extensions.get::<ResponseHooks>() {
                    response_hooks.varies_with(gate_of::<P, S>(parts, state).fields());
                }
                caller.tell_allowed(None, Some(parts));
                Ok(Some(caller))
            }
            Err(denial) if denial.reason() == Reason::NoCredentials => {
                gate_of::<P, S>(parts, state).protect_anonymous_response(parts);
                Ok(None)
            }
            Err(denial) => Err(denial.at(Site::of(parts)).log(Some(parts))),
        }
    }
}

extractors! {
    [R: Requirement<P>, P: Principal] Authorized<R, P> where { S: HasGate<P> + Sync };
    [R: ?Sized, T, P] Granted<R, T, P> where {
        R: Decides<T, P, S::App>,
        T: Resource<S::App>,
        P: Principal,
        S: HasGate<P> + Sync,
    };
    [R, T, P] AuthorizedOn<R, T, P> where {
        R: Decides<T, P, S::App>,
        T: Resource<S::App>,
        P: Principal,
        S: HasGate<P> + Sync,
    };
    [T: Listable, R: ListPolicy<T, Principal = P>, P: Principal] VisibleList<T, R, P> where {
        S: HasGate<P> + Sync
    };
    [G] Concealed<G> where {
        Self: Prove<App<Self, S>>,
        S: HasGate<<Self as States>::Principal> + Sync,
    };
    [V: ?Sized, G] ConcealedUnless<V, G> where {
        Self: Prove<App<Self, S>>,
        S: HasGate<<Self as States>::Principal> + Sync,
    };
    [C, G, const CONCEAL: bool] With<C, G, CONCEAL> where {
        Self: Prove<App<Self, S>>,
        S: HasGate<<Self as States>::Principal> + Sync,
    };
}
