use std::marker::PhantomData;

use axum::extract::Request;
use axum::handler::Handler;

use super::Call;
use super::call::ResponseFuture;

/// A handler on its way into an axum router: axum calls this, and this calls the handler.
pub(crate) struct Gated<H, T> {
    handler: H,
    parameters: PhantomData<fn() -> T>,
}

impl<H, T> Gated<H, T> {
    pub(crate) const fn new(handler: H) -> Self {
        Self { handler, parameters: PhantomData }
    }
}

impl<H: Clone, T> Clone for Gated<H, T> {
    fn clone(&self) -> Self {
        Self::new(self.handler.clone())
    }
}

impl<H: Call<T, S>, T: 'static, S> Handler<(Self,), S> for Gated<H, T> {
    type Future = ResponseFuture;

    fn call(self, request: Request, state: S) -> ResponseFuture {
        self.handler.call(request, state)
    }
}
