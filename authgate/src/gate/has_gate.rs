use std::sync::Arc;

use axum::extract::FromRef;

use super::Gate;

/// A router state that contains the gate for `P`. Implemented wherever `Gate<P>: FromRef<S>`, so
/// `#[derive(FromRef)]` on the state is enough. An `Arc` of such a state has the gate as well.
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
///
/// A state that a framework owns gets a gate from a struct around it:
///
/// ```
/// use authgate::{Authenticated, Gate, Router, routing::get};
/// use axum::extract::FromRef;
/// # mod framework {
/// #     #[derive(Clone)]
/// #     pub struct AppContext;
/// # }
/// use framework::AppContext;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// #[derive(Clone, FromRef)]
/// struct State {
///     gate: Gate<User>,
///     context: AppContext,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// /// The router that the framework mounts. Its handlers can take `State<AppContext>`, too.
/// fn routes(gate: Gate<User>, context: &AppContext) -> axum::Router<AppContext> {
///     let routes: Router<State> = Router::new().route("/me", get(me));
///     routes.with_state(State { gate, context: context.clone() }).with_state(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no gate for `{P}`",
    label = "no `Gate<{P}>` in this state",
    note = "for your own state, add a field `gate: authgate::Gate<{P}>` and `#[derive(Clone, axum::extract::FromRef)]`, or \
            put the whole state into an `Arc`; for a state of another crate, put it and the gate into a new struct, as \
            the documentation of `authgate::HasGate` shows; for `()`, name the router's state: `Router<App>`"
)]
pub trait HasGate<P> {
    /// The state that resources are loaded from: the content of an `Arc`, or else `Self`.
    type App: Sync;

    /// Returns the gate.
    fn gate(&self) -> Gate<P>;

    /// Returns the state that resources are loaded from.
    fn app(&self) -> &Self::App;
}

// With the state as `Self`, the compiler does not infer it from axum's blanket `FromRef<T> for T`,
// and reports the error above.
#[diagnostic::do_not_recommend]
impl<S, P> HasGate<P> for S
where
    S: Sync,
    Gate<P>: FromRef<S>,
{
    type App = S;

    fn gate(&self) -> Gate<P> {
        Gate::from_ref(self)
    }

    fn app(&self) -> &S {
        self
    }
}

// Not recommended, so that the error for a state without a gate has one help text.
#[diagnostic::do_not_recommend]
impl<S: HasGate<P>, P> HasGate<P> for Arc<S> {
    type App = S::App;

    fn gate(&self) -> Gate<P> {
        S::gate(self)
    }

    fn app(&self) -> &S::App {
        S::app(self)
    }
}
