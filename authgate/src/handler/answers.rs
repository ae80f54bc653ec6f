use axum::response::IntoResponse;

/// The return type of a handler that is not `async`.
#[diagnostic::on_unimplemented(
    message = "expected a handler that is `async` or returns a future, found one that returns `{Self}`",
    label = "not a future",
    note = "write `async fn`"
)]
pub trait Answers {
    /// The output of the future.
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

/// The output of a handler, with a better error than that of axum.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "not a response",
    note = "return a type with `axum::response::IntoResponse`, such as `String`, `Json<..>`, `StatusCode` or \
            `(StatusCode, Json<..>)`; of a `Result`, both types need it: `impl IntoResponse for MyError`"
)]
pub trait Responds: IntoResponse {}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> Responds for T {}

/// Asks that of a type; the macros put it first in the body.
pub const fn answers<F: Answers>() {}
