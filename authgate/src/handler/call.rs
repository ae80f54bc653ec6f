//! Calling a handler.

#[cfg(test)]
mod tests;

use std::any::{TypeId, type_name};
use std::panic::Location;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::handler::{Handler, Layered};
use axum::response::IntoResponse;
use axum::response::Response;
use http::request::Parts;

/// Calls a macro for each number of parameters that may follow the declaration. The last parameter
/// may read the body.
macro_rules! for_each_arity {
    ($macro:ident) => {
        $macro!();
        $macro!(A1);
        $macro!(A1, A2);
        $macro!(A1, A2, A3);
        $macro!(A1, A2, A3, A4);
        $macro!(A1, A2, A3, A4, A5);
        $macro!(A1, A2, A3, A4, A5, A6);
        $macro!(A1, A2, A3, A4, A5, A6, A7);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14);
        $macro!(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15);
    };
}

use super::answering::HandlerResponse;
use super::answers::Responds;
use super::declares::Admit;
use super::parameter::{HeadParameter, LastParameter, may_ask, via_parts};
use crate::error::ConfigError;
use crate::gate::Step;
use crate::handler::{Answers, Mistake};
use crate::proof::Remember;
use crate::right::{Declaration, Site};
use crate::test_hooks::{AnyGate, Hooks, RequestHooks as _};

/// A function with the parameters `T`.
///
/// It has no other bounds. The compiler therefore infers the parameters before it checks their
/// bounds, and reports each mistake at its parameter. For that, its impls must be direct, and the
/// bound must precede the bounds of [`Call`]. It is not exported, which seals `Call`.
#[diagnostic::on_unimplemented(
    message = "expected an async function or closure as a route handler",
    label = "not a handler",
    note = "write the name of the handler without calling it, as in `get(read)`; a handler has at most 16 parameters; \
            route a service with `route_service::<role::Admin>(path, service)`, and an `axum::Router` with \
            `ungated(prefix, reason, router)`"
)]
pub trait Shape<T> {}

/// A handler whose parameters are all extractors. Routes accept only such handlers.
///
/// Implemented for async functions and closures of up to 16 parameters, and for those in
/// [`handler.layer(..)`](axum::handler::Handler::layer). In a layered handler, axum extracts the
/// parameters, so a tuple of proofs as the first parameter is a compile error. Layer the route in
/// this case: `get(handler).layer(..)`.
#[doc = include_str!("call/call.md")]
#[diagnostic::on_unimplemented(
    message = "expected an async function or closure as a route handler",
    label = "not a handler",
    note = "write the name of the handler without calling it, as in `get(read)`; a handler has at most 16 parameters; \
            route a service with `route_service::<role::Admin>(path, service)`, and an `axum::Router` with \
            `ungated(prefix, reason, router)`"
)]
pub trait Call<T, S>: Shape<T> + Clone + Send + Sync + Sized + 'static {
    /// The declaration of the first parameter.
    const DECLARATION: Declaration;

    /// Is `true` if axum would extract the declaration in parts.
    #[doc(hidden)]
    const IN_PARTS: bool = false;

    /// Is `true` if axum calls the handler, inside of a layer.
    #[doc(hidden)]
    const IS_LAYERED: bool = false;

    /// Checks that the gate in the state can meet the declaration.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the gate has no scheme that the declaration accepts.
    #[doc(hidden)]
    fn check(state: &S) -> Result<(), ConfigError>;

    /// Checks that the declaration can be met on a path.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if it cannot.
    #[doc(hidden)]
    fn check_path(path: &str) -> Result<(), ConfigError>;

    /// Returns the gate of the declared principal, for a test.
    #[doc(hidden)]
    fn gate(state: &S) -> Option<AnyGate> {
        let _ = state;
        None
    }

    /// Extracts the declaration, then the other parameters, then calls the handler.
    fn call(self, request: Request, state: S, route: &'static Location<'static>) -> HandlerResponse;

    /// Returns `true` if axum, when it calls the handler, extracts the declaration by authgate's
    /// implementation.
    #[doc(hidden)]
    #[must_use]
    fn is_extracted_by_authgate() -> bool {
        // Through `FromRequestParts`. For a state with the gate, authgate's implementation is the
        // only one.
        true
    }

    /// Returns `true` if the last parameter reads the body.
    #[doc(hidden)]
    #[must_use]
    fn takes_body() -> bool {
        false
    }

    /// Returns the name of the handler, as the compiler prints it.
    #[must_use]
    fn name() -> &'static str {
        type_name::<Self>()
    }
}

/// Fails const evaluation if no caller or every caller meets the declaration, or if axum would
/// extract it in parts.
#[track_caller]
pub(crate) const fn must_be_sound<H: Call<T, S>, T, S>() {
    assert!(
        !(H::IS_LAYERED && H::IN_PARTS),
        "a tuple of proofs does not work in `handler.layer(..)`: write `get(handler).layer(..)`, which layers the \
         route"
    );
    H::DECLARATION.must_be_sound();
}

/// The declaration of a handler without parameters. It declares nothing.
///
/// # Examples
///
/// ```compile_fail
/// use authgate::{Router, routing::get};
///
/// async fn report() {}
///
/// // error: this handler does not declare who may call it
/// let routes: Router = Router::new().route("/report", get(report));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum NoParameter {}

// With these impls, the only error for a function without parameters is that it declares nothing.
impl<F: FnOnce() -> Fut, Fut> Shape<(NoParameter,)> for F {}

impl<F, Fut, N, S> Call<(N,), S> for F
where
    F: Shape<(N,)> + FnOnce() -> Fut + Clone + Send + Sync + 'static,
    Fut: Answers + Send,
    Fut::Output: Responds,
    N: Admit<S>,
{
    const DECLARATION: Declaration = N::DECLARATION;

    fn check(state: &S) -> Result<(), ConfigError> {
        N::check(state)
    }

    fn check_path(path: &str) -> Result<(), ConfigError> {
        N::check_path(path)
    }

    fn call(self, _: Request, _: S, _: &'static Location<'static>) -> HandlerResponse {
        HandlerResponse::ready(Mistake::new().into_response())
    }
}

macro_rules! shape {
    ($($rest:ident),*) => {
        impl<F: FnOnce(G $(, $rest)*) -> Fut, Fut, M, G $(, $rest)*> Shape<(M, G, $($rest,)*)> for F {}
    };
}
for_each_arity!(shape);

impl<L, H: Shape<T>, T, S> Shape<T> for Layered<L, H, T, S> {}

/// A handler whose only parameter is the declaration.
impl<F, Fut, M, G, S> Call<(M, G), S> for F
where
    F: FnOnce(G) -> Fut + Clone + Send + Sync + 'static,
    Fut: Answers + Send,
    Fut::Output: Responds,
    // Infers `M`. The declaration is extracted by `Admit`.
    G: FromRequest<S, M> + Admit<S> + Send,
    M: 'static,
    S: Send + Sync + 'static,
{
    const DECLARATION: Declaration = G::DECLARATION;
    const IN_PARTS: bool = G::IN_PARTS;

    fn check(state: &S) -> Result<(), ConfigError> {
        G::check(state)
    }

    fn check_path(path: &str) -> Result<(), ConfigError> {
        G::check_path(path)
    }

    fn gate(state: &S) -> Option<AnyGate> {
        G::gate(state)
    }

    // Through `FromRequest`, which other crates can implement with their own marker.
    fn is_extracted_by_authgate() -> bool {
        TypeId::of::<M>() == via_parts()
    }

    fn call(self, request: Request, state: S, route: &'static Location<'static>) -> HandlerResponse {
        let answer = |declared: G, request: &Parts| {
            let probe = Hooks::probe(&request.extensions);
            async move {
                if Hooks::called(&probe) {
                    return Response::default();
                }
                self(declared).answer().await.into_response()
            }
        };
        let (mut parts, _) = request.into_parts();
        match G::begin(&mut parts, &state, Some(Site(route)), Remember::Costly(|| false)) {
            Step::Done(Ok(declared)) => HandlerResponse::pending(answer(declared, &parts)),
            Step::Done(Err(denial)) => HandlerResponse::ready(denial.into_response()),
            Step::Wait(waiting) => HandlerResponse::pending(async move {
                let answer = match G::finish(waiting, &mut parts, &state, Some(Site(route))).await {
                    Ok(declared) => answer(declared, &parts),
                    Err(denial) => return denial.into_response(),
                };
                // As above, the head must not live while the handler runs.
                drop((parts, state));
                answer.await
            }),
        }
    }
}

macro_rules! call {
    () => {};
    ($first:ident $(, $rest:ident)*) => { call!(@split [] $first $(, $rest)*); };
    (@split [$($middle:ident,)*] $last:ident) => {
        #[allow(non_snake_case, unused_mut, reason = "each variable has the name of its type")]
        impl<F, Fut, M, G, $($middle,)* $last, S> Call<(M, G, $($middle,)* $last,), S> for F
        where
            F: FnOnce(G, $($middle,)* $last) -> Fut + Clone + Send + Sync + 'static,
            Fut: Answers + Send,
            Fut::Output: Responds,
            G: Admit<S> + Send,
            $($middle: HeadParameter<S> + Send,)*
            $last: LastParameter<S, M> + Send,
            M: 'static,
            S: Send + Sync + 'static,
        {
            const DECLARATION: Declaration = G::DECLARATION;
            const IN_PARTS: bool = G::IN_PARTS;

            fn takes_body() -> bool {
                TypeId::of::<M>() != via_parts()
            }

            fn check(state: &S) -> Result<(), ConfigError> {
                G::check(state)
            }

            fn check_path(path: &str) -> Result<(), ConfigError> {
                G::check_path(path)
            }

            fn gate(state: &S) -> Option<AnyGate> {
                G::gate(state)
            }

            fn call(self, request: Request, state: S, route: &'static Location<'static>) -> HandlerResponse {
                let answer = |declared: G, mut parts: Parts, body: Body, state: S| async move {
                    let probe = Hooks::probe(&parts.extensions);
                    $(
                        let $middle = match $middle::from_request_parts(&mut parts, &state).await {
                            Ok(value) => value,
                            Err(rejection) => return rejection.into_response(),
                        };
                    )*
                    let $last = match $last::from_request(Request::from_parts(parts, body), &state).await {
                        Ok(value) => value,
                        Err(rejection) => return rejection.into_response(),
                    };
                    if Hooks::called(&probe) {
                        return Response::default();
                    }
                    self(declared, $($middle,)* $last).answer().await.into_response()
                };
                let (mut parts, body) = request.into_parts();
                let may_ask = || $(may_ask::<$middle>() ||)* may_ask::<$last>();
                // The declaration first: a caller without the right must not see errors about the
                // path or the body.
                match G::begin(&mut parts, &state, Some(Site(route)), Remember::Costly(may_ask)) {
                    Step::Done(Ok(declared)) => HandlerResponse::pending(answer(declared, parts, body, state)),
                    Step::Done(Err(denial)) => HandlerResponse::ready(denial.into_response()),
                    Step::Wait(waiting) => HandlerResponse::pending(async move {
                        match G::finish(waiting, &mut parts, &state, Some(Site(route))).await {
                            Ok(declared) => answer(declared, parts, body, state).await,
                            Err(denial) => denial.into_response(),
                        }
                    }),
                }
            }
        }
    };
    (@split [$($middle:ident,)*] $next:ident, $($rest:ident),+) => {
        call!(@split [$($middle,)* $next,] $($rest),+);
    };
}
for_each_arity!(call);

// axum calls the inner handler, which extracts its parameters in order, the declaration first. The
// bound on `H` implies that the state has the gate. No other crate can then define the extraction.
#[diagnostic::do_not_recommend]
impl<L, H, T, S> Call<T, S> for Layered<L, H, T, S>
where
    H: Call<T, S>,
    Self: Handler<T, S>,
    L: Clone + Send + Sync + 'static,
    T: 'static,
    S: 'static,
{
    const DECLARATION: Declaration = H::DECLARATION;
    const IN_PARTS: bool = H::IN_PARTS;
    const IS_LAYERED: bool = true;

    fn check(state: &S) -> Result<(), ConfigError> {
        H::check(state)
    }

    fn check_path(path: &str) -> Result<(), ConfigError> {
        if !H::is_extracted_by_authgate() {
            return Err(ConfigError::new(format!(
                "`{}` is in a layer, and its state extracts the declaration with a custom `FromRequest`: write \
                 `get(handler).layer(..)`, which layers the route",
                H::name()
            )));
        }
        H::check_path(path)
    }

    fn gate(state: &S) -> Option<AnyGate> {
        H::gate(state)
    }

    fn is_extracted_by_authgate() -> bool {
        H::is_extracted_by_authgate()
    }

    fn takes_body() -> bool {
        H::takes_body()
    }

    fn call(self, request: Request, state: S, route: &'static Location<'static>) -> HandlerResponse {
        if H::is_extracted_by_authgate() {
            let mut request = request;
            request.extensions_mut().insert(Site(route));
            HandlerResponse::pending(Handler::call(self, request, state))
        } else {
            HandlerResponse::ready(Mistake::new().into_response())
        }
    }

    fn name() -> &'static str {
        H::name()
    }
}
