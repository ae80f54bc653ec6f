//! Rights over a resource: how the resource is found, and the policy that decides.

mod child;
mod loaded;
mod parameters;

use std::future::{Future, ready};

pub use child::{Child, Nested};
pub use loaded::{IsLoaded, Loaded};
pub use parameters::{NoKey, PathParameters};

use crate::right::{Context, Decision};

/// A resource that a route is about, found by the path parameters of the route.
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
    note = "implement `authgate::Resource<App>` for it, where `App` is the router's state: `type Key`, `type Error`, \
            `async fn load(key, state)`"
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
        path.check::<Self::Key>(Self::PARAMETERS, crate::right::TypeName::of::<Self>())
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
            policy; for a policy that waits (`authgate::resource::AsyncPolicy`), name the principal: `Granted<{Self}, {T}, \
            User>`"
)]
pub trait Policy<T>: 'static {
    /// The principal that can hold the right.
    type Principal;

    /// Decides whether the caller has the right over this resource.
    fn decide(principal: &Self::Principal, resource: &T) -> Decision;
}

/// A policy over a resource whose decision needs a database or a relationship service. Every
/// [`Policy`] implements it.
///
/// It must return [`Decision::Unavailable`] if the decision is indeterminate. The response is then
/// 503. The gate's [`timeout`](crate::gate::GateBuilder::timeout) applies.
///
/// # Examples
///
/// ```
/// use authgate::resource::AsyncPolicy;
/// use authgate::{Context, Decision};
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
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}` in an application with the state `{S}`",
    label = "does not decide access to `{T}`",
    note = "implement `authgate::Policy<{T}>` for it, or `authgate::resource::AsyncPolicy<{T}, {S}>` if it waits for a database \
        or another service"
)]
pub trait AsyncPolicy<T, S>: 'static {
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

#[diagnostic::do_not_recommend]
impl<R: Policy<T>, T, S> AsyncPolicy<T, S> for R {
    type Principal = R::Principal;

    fn decide(
        principal: &R::Principal,
        _: &Context,
        resource: &T,
        _: &S,
    ) -> impl Future<Output = Decision> + Send {
        ready(<R as Policy<T>>::decide(principal, resource))
    }
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
