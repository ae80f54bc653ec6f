use axum::extract::FromRef;

use super::Gate;

/// A router state that contains the gate for `P`. Implemented wherever `Gate<P>: FromRef<S>`, so
/// `#[derive(FromRef)]` on the state is enough.
///
/// # Examples
///
/// ```
/// use authgate::{Gate, HasGate};
/// use axum::extract::FromRef;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// #[derive(Clone)]
/// struct App {
///     gate: Gate<User>,
/// }
///
/// // Written by `#[derive(FromRef)]`, with the feature `macros` of axum.
/// impl FromRef<App> for Gate<User> {
///     fn from_ref(app: &App) -> Self {
///         app.gate.clone()
///     }
/// }
///
/// fn gate_of(app: &App) -> Gate<User> {
///     HasGate::gate(app)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no gate for `{P}`",
    label = "no `Gate<{P}>` in this state",
    note = "add a field `gate: authgate::Gate<{P}>` to `{Self}` and `#[derive(Clone, axum::extract::FromRef)]`, or use \
            the gate itself as the state; if `{Self}` is a part of the router's state, derive `FromRef` on the whole \
            state; if it is `()`, name the router's state: `Router<App>`"
)]
pub trait HasGate<P> {
    /// Returns the gate.
    fn gate(&self) -> Gate<P>;
}

// With the state as `Self`, the compiler does not infer it from axum's blanket `FromRef<T> for T`,
// and reports the error above.
#[diagnostic::do_not_recommend]
impl<S, P> HasGate<P> for S
where
    Gate<P>: FromRef<S>,
{
    fn gate(&self) -> Gate<P> {
        Gate::from_ref(self)
    }
}
