/// What a handler that is not `async` must return.
#[diagnostic::on_unimplemented(
    message = "a handler must be `async` or return a future, and `{Self}` is none",
    label = "not a future",
    note = "write `async fn`"
)]
pub trait Answers {}

#[diagnostic::do_not_recommend]
impl<F: Future> Answers for F {}

/// Asks that of a type; the macros put it first in the body.
pub const fn answers<F: Answers>() {}
