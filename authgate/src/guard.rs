//! Runs the application's code and reports a panic or a timeout as a result.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Runs the application's code. Returns `None` if it panics.
#[inline]
pub(crate) fn caught<T>(code: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(code)).ok()
}

/// The outcome of the application's code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RunResult<T> {
    Completed(T),
    Panicked,
    TimedOut,
}

/// Waits for a future for at most `timeout`, and catches its panics.
pub(crate) async fn in_time<F: Future>(future: F, timeout: Duration) -> RunResult<F::Output> {
    let mut future = pin!(future);
    let caught = poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
        Some(Poll::Pending) => Poll::Pending,
        Some(Poll::Ready(value)) => Poll::Ready(RunResult::Completed(value)),
        None => Poll::Ready(RunResult::Panicked),
    });
    tokio::time::timeout(timeout, caught).await.unwrap_or(RunResult::TimedOut)
}
