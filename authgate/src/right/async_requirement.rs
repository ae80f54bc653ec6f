//! Rights of the caller whose decision waits for another service.

use std::future::Future;

use super::{Context, Decision, Invariant, NotAPolicy, Right};
use crate::secret::debug_only;

/// A right of the caller that needs a database or an external policy engine to decide, and no
/// resource. `S` is the state of the router. For the state `Arc<App>`, implement it for `App`.
///
/// A handler declares it in [`Async`](crate::resource::Async), without a resource:
/// `#[requires(policy = Async<MayExport>)]`. A right over a resource is an
/// [`AsyncPolicy`](crate::resource::AsyncPolicy), and a right that does not wait is a
/// [`Requirement`](super::Requirement).
///
/// It must return [`Decision::Unavailable`] if the decision is indeterminate. The response is then
/// 503. The gate's [`timeout`](crate::gate::GateBuilder::timeout) applies. The rights that do not
/// wait are checked first, and the service is asked only if the result depends on it.
///
/// # Examples
///
/// ```
/// use authgate::resource::Async;
/// use authgate::right::AsyncRequirement;
/// use authgate::routing::get;
/// use authgate::{Authorized, Context, Decision, Gate, Router, requires};
/// use axum::extract::FromRef;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// /// A client of a relationship service.
/// #[derive(Clone)]
/// pub struct Relations;
///
/// impl Relations {
///     async fn check(&self, user: &str, relation: &str) -> Result<bool, std::io::Error> {
///         Ok(user == "ada" && relation == "exporter")
///     }
/// }
///
/// #[derive(Clone, FromRef)]
/// pub struct App {
///     gate: Gate<User>,
///     relations: Relations,
/// }
///
/// #[derive(authgate::Right)]
/// #[right(principal = User, kind = "relation", name = "exporter")]
/// pub struct MayExport;
///
/// impl AsyncRequirement<User, App> for MayExport {
///     async fn decide(user: &User, _: &Context, app: &App) -> Decision {
///         match app.relations.check(&user.sub, "exporter").await {
///             Ok(is_exporter) => Decision::allow_if(is_exporter),
///             Err(_) => Decision::Unavailable,
///         }
///     }
/// }
///
/// #[requires(policy = Async<MayExport>)]
/// async fn export(by: Authorized<_>) -> String {
///     format!("exported by {}", by.sub)
/// }
///
/// fn routes() -> Router<App> {
///     Router::new().route("/export", get(export))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right of `{P}` that waits, in an application with the state `{S}`",
    label = "does not decide",
    note = "implement `authgate::right::AsyncRequirement<{P}, {S}>` for it, or declare a right that does not wait without \
            `Async`"
)]
pub trait AsyncRequirement<P, S>: Right {
    /// Decides whether the caller holds the right.
    fn decide(principal: &P, context: &Context, state: &S) -> impl Future<Output = Decision> + Send;
}

/// The [`AsyncRequirement`] `R`, as the type of a declaration names it.
/// `#[requires(policy = Async<MayExport>)]` expands to it.
///
/// It has no values.
///
/// # Examples
///
/// ```
/// use authgate::resource::{AuthorizedOn, NoResource};
/// use authgate::right::{AsyncRequirement, Awaited};
/// use authgate::{Context, Decision};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// #[derive(authgate::Right)]
/// #[right(principal = User, kind = "relation", name = "exporter")]
/// pub struct MayExport;
///
/// impl<S: Sync> AsyncRequirement<User, S> for MayExport {
///     async fn decide(user: &User, _: &Context, _: &S) -> Decision {
///         Decision::allow_if(user.sub == "ada")
///     }
/// }
///
/// async fn export(by: AuthorizedOn<Awaited<MayExport>, NoResource>) -> String {
///     format!("exported by {}", by.sub)
/// }
/// ```
pub struct Awaited<R> {
    _invariant: Invariant<R>,
    _not_a_policy: NotAPolicy,
}

debug_only!([R] Awaited<R>);
