//! Runs the application's code so that a panic or a delay is a result.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// How the application's code has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended<T> {
    Given(T),
    Panicked,
    TooLate,
}

/// Waits for a future at most this long, and catches a panic of it.
pub(crate) async fn in_time<F: Future>(future: F, timeout: Duration) -> Ended<F::Output> {
    let mut future = pin!(future);
    let caught = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ended::Given(value)),
        Err(_) => Poll::Ready(Ended::Panicked),
    });
    tokio::time::timeout(timeout, caught).await.unwrap_or(Ended::TooLate)
}
