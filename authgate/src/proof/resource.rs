//! Rights over a thing: what it is, how it is found, and the policy that decides.

mod child;
mod loaded;
mod parameters;

use std::future::{Future, ready};

pub use child::{Child, Nested};
pub use loaded::{IsLoaded, Loaded};
pub use parameters::{NoKey, PathParameters};

use crate::right::Decision;

/// A thing that a route is about, found by the route's own path parameters.
///
/// ```
/// use authgate::Resource;
/// # struct Db;
/// # impl Db { async fn report(&self, _: u64) -> Result<Option<Report>, std::io::Error> { Ok(None) } }
/// # struct App { db: Db }
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
    label = "nobody knows how to load this",
    note = "implement `authgate::Resource<App>` for it, with the router's state in the place of `App`: `type Key`, `type Error`, \
            `async fn load(key, state)`"
)]
pub trait Resource<S>: Sized + Send + Sync + 'static {
    /// What names it in the path: a number, a string or whatever deserialises from one parameter; a tuple for several; a
    /// struct for those that its fields are called.
    type Key: serde::de::DeserializeOwned + Send;

    /// Why it could not be loaded. The operator is told; the client gets 503 and is to come again.
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;

    /// The path parameters that make the key, by name and in the key's order, where the path has others besides. Empty for
    /// all of them.
    const PARAMETERS: &'static [&'static str] = &[];

    /// Finds it; `None` where there is none. It runs after the caller is known and has what the route asks for besides.
    ///
    /// # Errors
    ///
    /// It could not be found out.
    fn load(key: Self::Key, state: &S) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;

    /// The key, from the path.
    #[doc(hidden)]
    fn key(path: &mut PathParameters) -> Result<Self::Key, NoKey> {
        path.take(Self::PARAMETERS)
    }

    /// Whether the path has what makes the key.
    ///
    /// # Errors
    ///
    /// What it lacks.
    #[doc(hidden)]
    fn check_key(path: &mut PathParameters) -> Result<(), crate::ConfigError> {
        path.check::<Self::Key>(Self::PARAMETERS, crate::right::TypeName::of::<Self>())
    }
}

/// Who may do something to a thing, decided from the two alone.
///
/// ```
/// use authgate::{Decision, Policy};
/// # #[derive(authgate::Principal)]
/// # pub struct User { #[principal(id)] pub sub: String }
/// # pub struct Report { pub owner: String }
///
/// /// Who wrote it.
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
    label = "nothing says who has `{Self}` over `{T}`",
    note = "implement `authgate::Policy<{T}>` for it; where there are lists, `authgate::Visibility<{T}>` in its place, which is a \
            policy as well; of one that has to ask somebody (`authgate::AsyncPolicy`), name the principal: \
            `Granted<{Self}, {T}, User>`"
)]
pub trait Policy<T>: 'static {
    /// Whose right it is.
    type Principal;

    /// Whether this caller has it over this thing.
    fn decide(principal: &Self::Principal, resource: &T) -> Decision;
}

/// Who may do something to a thing, where that has to be asked of a database or a relationship service. Every [`Policy`] is
/// one.
///
/// What it cannot find out is [`Decision::Undecided`]: 503, never a wrong answer. The gate's
/// [`timeout`](crate::gate::GateBuilder::timeout) holds for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy over `{T}` in an application with the state `{S}`",
    label = "nothing says who has `{Self}` over `{T}`",
    note = "implement `authgate::Policy<{T}>` for it, or `authgate::AsyncPolicy<{T}, {S}>` if it has to ask somebody"
)]
pub trait AsyncPolicy<T, S>: 'static {
    /// Whose right it is.
    type Principal;

    /// Whether this caller has it over this thing.
    fn decide(principal: &Self::Principal, resource: &T, state: &S) -> impl Future<Output = Decision> + Send;
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T>, T, S> AsyncPolicy<T, S> for R {
    type Principal = R::Principal;

    fn decide(principal: &R::Principal, resource: &T, _: &S) -> impl Future<Output = Decision> + Send {
        ready(<R as Policy<T>>::decide(principal, resource))
    }
}

/// How a thing can be changed and stays the thing that it is: what [`Granted::edit`](crate::Granted::edit) asks.
///
/// There is one for each thing, in the crate where it is defined, and no other crate can write another: what is saved by the
/// proof is then what was checked. Leave alone what makes it that thing (its id, its owner). Where there are several kinds of
/// change, let the patch be an enum.
///
/// ```
/// # pub struct Report { pub title: String }
/// pub struct Patch {
///     pub title: String,
/// }
///
/// impl authgate::Edit for Report {
///     type Patch = Patch;
///
///     fn edit(&mut self, patch: Patch) {
///         self.title = patch.title;
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be edited",
    label = "nothing says what may change of it",
    note = "implement `authgate::Edit` for `{Self}`: `type Patch` and `fn edit(&mut self, patch)`"
)]
pub trait Edit {
    /// What changes it.
    type Patch;

    /// Changes it.
    fn edit(&mut self, patch: Self::Patch);
}
