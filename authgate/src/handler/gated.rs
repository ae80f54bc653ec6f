use std::marker::PhantomData;
use std::panic::Location;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;

use super::Call;
use super::answering::HandlerResponse;
use crate::gate::ResponseHooks;
use crate::right::Declaration;
use crate::right::arrived;

/// A handler, adapted for an axum router: axum calls this type, which calls the handler.
pub(crate) struct Gated<H, T> {
    handler: H,
    /// The source location at which the route is registered.
    route: &'static Location<'static>,
    parameters: PhantomData<fn() -> T>,
}

impl<H, T> Gated<H, T> {
    #[track_caller]
    pub(crate) const fn new(handler: H) -> Self {
        Self { handler, route: Location::caller(), parameters: PhantomData }
    }
}

impl<H: Clone, T> Clone for Gated<H, T> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), route: self.route, parameters: PhantomData }
    }
}

impl<H: Call<T, S>, T: 'static, S> Handler<(Self,), S> for Gated<H, T> {
    type Future = HandlerResponse;

    fn call(self, mut request: Request, state: S) -> HandlerResponse {
        if arrived(H::DECLARATION, request.extensions_mut(), self.route) {
            return HandlerResponse::ready(Response::default());
        }
        let is_public = const { matches!(H::DECLARATION, Declaration::Public { .. }) };
        if !is_public || request.extensions().get::<ResponseHooks>().is_some() {
            return self.handler.call(request, state, self.route);
        }
        // A public handler may look up the caller, and respond differently to an anonymous one.
        // Caches must learn of it.
        let response_hooks = ResponseHooks::default();
        request.extensions_mut().insert(response_hooks.clone());
        let response = self.handler.call(request, state, self.route);
        HandlerResponse::pending(async move {
            let mut response = response.await;
            response_hooks.apply(&mut response);
            response
        })
    }
}
