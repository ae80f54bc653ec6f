/// What a handler that is not `async` must return.
#[diagnostic::on_unimplemented(
    message = "a handler must be `async` or return a future, and `{Self}` is none",
    label = "not a future",
    note = "write `async fn`"
)]
pub trait Answers {
    /// What the future gives.
    type Output;

    /// The future.
    fn answer(self) -> impl Future<Output = Self::Output> + Send
    where
        Self: Send;
}

#[diagnostic::do_not_recommend]
impl<F: Future> Answers for F {
    type Output = F::Output;

    fn answer(self) -> impl Future<Output = F::Output> + Send
    where
        F: Send,
    {
        self
    }
}

/// Asks that of a type; the macros put it first in the body.
pub const fn answers<F: Answers>() {}
