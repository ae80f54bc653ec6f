//! Rights over a resource: how the resource is found, and the policy that decides.

mod child;
mod combined;
mod decides;
mod evaluated;
mod loaded;
mod on;
mod parameters;
mod waiting;

use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;

pub use child::{Child, Nested};
pub use decides::DeclaredPolicy;
pub(crate) use decides::{Decides, DecidesNow, ImpliesPrincipal, policy_rule};
pub use loaded::{IsLoaded, Loaded};
pub use on::On;
pub(crate) use parameters::names;
pub use parameters::{NoKey, PathParameters};
pub use waiting::{NoResource, WithoutResource};

use crate::right::{Context, Decision, TypeName};

/// A resource that a route is about, found by the path parameters of the route. `S` is the state of
/// the router. For the state `Arc<App>`, implement it for `App`.
///
/// # Examples
///
/// ```
/// use authgate::Resource;
///
/// struct Db;
///
/// impl Db {
///     async fn report(&self, _: u64) -> Result<Option<Report>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// struct App {
///     db: Db,
/// }
///
/// pub struct Report {
///     pub owner: String,
/// }
///
/// impl Resource<App> for Report {
///     type Key = u64;
///     type Error = std::io::Error;
///
///     async fn load(id: u64, app: &App) -> Result<Option<Report>, std::io::Error> {
///         app.db.report(id).await
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource of this application",
    label = "cannot be loaded",
    note = "implement `authgate::Resource<App>` for it, where `App` is the router's state, also in an `Arc<App>`: `type Key`, \
            `type Error`, `async fn load(key, state)`"
)]
pub trait Resource<S>: Sized + Send + Sync + 'static {
    /// The key of the resource in the path.
    ///
    /// A key of one parameter is a number, a string or any other deserializable type. A key of
    /// several parameters is a tuple in their order, or a struct with their names as fields.
    type Key: serde::de::DeserializeOwned + Send;

    /// The error if the resource could not be loaded. It is logged, and the client gets 503 and may
    /// retry.
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;

    /// The names of the path parameters that form the key, in the key's order. Empty if all
    /// parameters do.
    const PARAMETERS: &'static [&'static str] = &[];

    /// Loads the resource, or returns `None` if it does not exist.
    ///
    /// It is called after the caller is authenticated and has passed the other checks of the route.
    ///
    /// # Errors
    ///
    /// Returns an error if the resource could not be loaded.
    fn load(key: Self::Key, state: &S) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;

    /// Takes the key from the path.
    #[doc(hidden)]
    fn key(path: &mut PathParameters) -> Result<Self::Key, NoKey> {
        path.take(Self::PARAMETERS)
    }

    /// Checks that the path has the parameters that form the key.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`](crate::ConfigError) if the parameters do not match the key.
    #[doc(hidden)]
    fn check_key(path: &mut PathParameters) -> Result<(), crate::ConfigError> {
        path.check::<Self::Key>(Self::PARAMETERS, TypeName::of::<Self>())
    }
}

/// A policy over a resource, which decides from the caller and the resource alone.
///
/// # Examples
///
/// ```
/// use authgate::{Decision, Policy};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     pub sub: String,
/// }
///
/// pub struct Report {
///     pub owner: String,
/// }
///
/// /// Held by the owner.
/// pub struct CanEdit;
///
/// impl Policy<Report> for CanEdit {
///     type Principal = User;
///
///     fn decide(user: &User, report: &Report) -> Decision {
///         Decision::allow_if(user.sub == report.owner)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}`",
    label = "does not decide access to `{T}`",
    note = "implement `authgate::Policy<{T}>` for it, or, for lists, `authgate::visible::ListPolicy<{T}>`, which is also a \
            policy; declare a policy that waits (`authgate::resource::AsyncPolicy`) as `Granted<Async<{Self}>, {T}, User>`"
)]
pub trait Policy<T>: Send + 'static {
    /// The principal that can hold the right.
    type Principal;

    /// Decides whether the caller has the right over this resource.
    fn decide(principal: &Self::Principal, resource: &T) -> Decision;
}

/// A policy over a resource whose decision needs a database or a relationship service. A handler
/// declares it as [`Async`].
///
/// It must return [`Decision::Unavailable`] if the decision is indeterminate. The response is then
/// 503. The gate's [`timeout`](crate::gate::GateBuilder::timeout) applies.
///
/// # Examples
///
/// ```
/// use authgate::resource::{Async, AsyncPolicy};
/// use authgate::{Context, Decision, Granted};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// pub struct Report {
///     id: u64,
/// }
///
/// /// A client of a relationship service.
/// pub struct Relations;
///
/// impl Relations {
///     async fn is_editor(&self, user: &str, report: u64) -> Result<bool, std::io::Error> {
///         Ok(user == "ada" && report == 1)
///     }
/// }
///
/// pub struct CanEdit;
///
/// impl AsyncPolicy<Report, Relations> for CanEdit {
///     type Principal = User;
///
///     async fn decide(
///         user: &User,
///         _: &Context,
///         report: &Report,
///         relations: &Relations,
///     ) -> Decision {
///         match relations.is_editor(&user.sub, report.id).await {
///             Ok(is_editor) => Decision::allow_if(is_editor),
///             Err(_) => Decision::Unavailable,
///         }
///     }
/// }
///
/// async fn edit(report: Granted<Async<CanEdit>, Report, User>) -> String {
///     format!("{} edits report {}", report.principal().sub, report.id)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}` in an application with the state `{S}`",
    label = "does not decide access to `{T}`",
    note = "implement `authgate::resource::AsyncPolicy<{T}, {S}>` for it; a `Policy`, which does not wait, is declared without \
            `Async`"
)]
pub trait AsyncPolicy<T, S>: Send + 'static {
    /// The principal that can hold the right.
    type Principal;

    /// Decides whether the caller has the right over this resource.
    fn decide(
        principal: &Self::Principal,
        context: &Context,
        resource: &T,
        state: &S,
    ) -> impl Future<Output = Decision> + Send;
}

/// The [`AsyncPolicy`] `R`, as a declaration names it: `Granted<Async<CanEdit>, Report, User>`, or
/// `#[requires(policy = Async<CanEdit>, on = Report, principal = User)]`. Name the principal: only
/// a [`Policy`] implies it.
///
/// It also names an [`AsyncRequirement`](crate::right::AsyncRequirement), which has no resource:
/// `#[requires(policy = Async<MayExport>)]`.
///
/// It has no values. A policy of another service can be implemented for all resources at once,
/// because the declaration says which kind of policy decides.
///
/// # Examples
///
/// ```
/// use authgate::resource::{Async, AsyncPolicy};
/// use authgate::{Context, Decision, Granted};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// /// A resource that the relationship service knows.
/// pub trait Entity {
///     fn uid(&self) -> String;
/// }
///
/// /// A client of the relationship service.
/// pub struct Relations;
///
/// impl Relations {
///     async fn check(&self, user: &str, relation: &str, entity: &str) -> Result<bool, std::io::Error> {
///         Ok(user == "ada" && relation == "editor" && entity == "report:1")
///     }
/// }
///
/// /// Held by users that the service names as editors.
/// pub struct IsEditor;
///
/// impl<T: Entity + Sync> AsyncPolicy<T, Relations> for IsEditor {
///     type Principal = User;
///
///     async fn decide(user: &User, _: &Context, entity: &T, relations: &Relations) -> Decision {
///         match relations.check(&user.sub, "editor", &entity.uid()).await {
///             Ok(is_editor) => Decision::allow_if(is_editor),
///             Err(_) => Decision::Unavailable,
///         }
///     }
/// }
///
/// pub struct Report {
///     id: u64,
/// }
///
/// impl Entity for Report {
///     fn uid(&self) -> String {
///         format!("report:{}", self.id)
///     }
/// }
///
/// async fn edit(report: Granted<Async<IsEditor>, Report, User>) -> String {
///     report.uid()
/// }
/// ```
// Unsized, so that the implementations of `DeclaredPolicy` and `Decides` for all `Policy` types,
// which are sized, do not overlap with those for `Async`.
#[derive(Debug)]
pub struct Async<R> {
    _policy: PhantomData<R>,
    _unsized: [Infallible],
}

/// A change that does not replace the resource by another, for
/// [`Granted::edit`](crate::Granted::edit).
///
/// Each resource has one implementation, in the crate that defines it. No other crate can add one,
/// so a resource that is saved by its proof is the resource that was checked. Leave the fields
/// unchanged that identify the resource, such as its id and its owner. For several kinds of change,
/// make the patch an enum.
///
/// # Examples
///
/// ```
/// pub struct Report {
///     pub title: String,
/// }
///
/// pub struct Patch {
///     pub title: String,
/// }
///
/// impl authgate::resource::Edit for Report {
///     type Patch = Patch;
///
///     fn edit(&mut self, patch: Patch) {
///         self.title = patch.title;
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be edited",
    label = "`authgate::resource::Edit` is not implemented",
    note = "implement `authgate::resource::Edit` for `{Self}`: `type Patch` and `fn edit(&mut self, patch)`"
)]
pub trait Edit {
    /// The type of a change.
    type Patch;

    /// Applies a change.
    fn edit(&mut self, patch: Self::Patch);
}
