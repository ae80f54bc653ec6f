use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::Response;

/// The response of a handler. It is ready if the caller was denied without waiting, and a boxed
/// future otherwise.
#[must_use = "futures do nothing unless they are awaited"]
pub struct Answering(State);

enum State {
    AtHand(Ready<Response>),
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl Answering {
    pub(super) fn at_hand(response: Response) -> Self {
        Self(State::AtHand(ready(response)))
    }

    /// Returns the size of the boxed future in bytes.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        match &self.0 {
            State::AtHand(_) => 0,
            State::Later(response) => size_of_val(&**response),
        }
    }

    pub(super) fn later(response: impl Future<Output = Response> + Send + 'static) -> Self {
        Self(State::Later(Box::pin(response)))
    }
}

impl Future for Answering {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match &mut self.0 {
            State::AtHand(response) => Pin::new(response).poll(context),
            State::Later(response) => response.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answering")
    }
}
