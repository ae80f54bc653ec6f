/// A type as the user wrote it in a handler's signature, which is authgate's own.
#[diagnostic::on_unimplemented(
    message = "expected `{Self}`, found another type with that name",
    label = "the rule declares `{Self}`, but this type is `{Written}`",
    note = "write authgate's type, `authgate::Authorized<_>` or `authgate::Granted<_, _>`, with the arguments of the \
            rule or `_`; rename your own type or alias with the same name"
)]
pub trait IsWritten<Written> {}

impl<T> IsWritten<T> for T {}

/// Asks that of the declared proof. The macros put it first in the body.
pub const fn written<Declared: IsWritten<Written>, Written>(_: &Declared) {}
