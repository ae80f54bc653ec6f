use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::Response;

/// The response of a handler. It is ready if the caller was denied without waiting, and a boxed
/// future otherwise.
#[must_use = "futures do nothing unless they are awaited"]
pub struct HandlerResponse(State);

enum State {
    Ready(Ready<Response>),
    Pending(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl HandlerResponse {
    pub(super) fn ready(response: Response) -> Self {
        Self(State::Ready(ready(response)))
    }

    /// Returns the size of the boxed future in bytes.
    #[cfg(test)]
    pub(super) fn future_size(&self) -> usize {
        match &self.0 {
            State::Ready(_) => 0,
            State::Pending(response) => size_of_val(&**response),
        }
    }

    pub(super) fn pending(response: impl Future<Output = Response> + Send + 'static) -> Self {
        Self(State::Pending(Box::pin(response)))
    }
}

impl Future for HandlerResponse {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match &mut self.0 {
            State::Ready(response) => Pin::new(response).poll(context),
            State::Pending(response) => response.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for HandlerResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerResponse")
    }
}
