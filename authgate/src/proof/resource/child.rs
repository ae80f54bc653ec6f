use std::fmt;
use std::future::Future;
use std::ops::Deref;

use super::{Edit, NoKey, PathParameters, Policy, Resource};
use crate::ConfigError;
use crate::right::{Decision, TypeName};

/// A resource that is found only through its parent: `Granted<CanEdit, Child<Org, Report>>` on
/// `/orgs/{org}/reports/{id}`. An id that belongs to another parent is not found.
///
/// A policy over the child applies to the child within its parent. A policy that needs the parent
/// implements `Policy<Child<Org, Report>>`. An [`AsyncPolicy`](crate::resource::AsyncPolicy) is
/// implemented for the `Child` itself.
///
/// Dereferences to the child, and serializes as the child.
///
/// # Examples
///
/// ```
/// use authgate::resource::Child;
/// use authgate::{Decision, Granted, Policy};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// pub struct Report {
///     owner: String,
/// }
///
/// pub struct CanEdit;
///
/// impl Policy<Report> for CanEdit {
///     type Principal = User;
///
///     fn decide(user: &User, report: &Report) -> Decision {
///         Decision::allow_if(user.sub == report.owner)
///     }
/// }
///
/// pub struct Org {
///     name: String,
/// }
///
/// async fn edit(report: Granted<CanEdit, Child<Org, Report>>) -> String {
///     format!("a report of {}, owned by {}", report.parent().name, report.owner)
/// }
/// ```
pub struct Child<Parent, T> {
    parent: Parent,
    child: T,
}

impl<Parent, T> Child<Parent, T> {
    /// Returns the parent.
    #[must_use]
    pub const fn parent(&self) -> &Parent {
        &self.parent
    }

    /// Returns the parent and the child.
    #[must_use]
    pub fn into_parts(self) -> (Parent, T) {
        (self.parent, self.child)
    }
}

impl<Parent, T> Deref for Child<Parent, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.child
    }
}

/// Serializes the child.
impl<Parent, T: serde::Serialize> serde::Serialize for Child<Parent, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.child.serialize(serializer)
    }
}

impl<Parent, T: fmt::Debug> fmt::Debug for Child<Parent, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Child").field(&self.child).finish()
    }
}

/// A resource that belongs to a `Parent`.
///
/// # Examples
///
/// ```
/// use authgate::resource::Nested;
///
/// pub struct Org {
///     pub id: u64,
/// }
///
/// pub struct Report;
/// struct Db;
///
/// impl Db {
///     async fn report(&self, _: u64, _: u64) -> Result<Option<Report>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// struct App {
///     db: Db,
/// }
///
/// impl Nested<Org, App> for Report {
///     type Key = u64;
///     type Error = std::io::Error;
///
///     async fn load(org: &Org, id: u64, app: &App) -> Result<Option<Report>, std::io::Error> {
///         app.db.report(org.id, id).await // WHERE org = ? AND id = ?
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not belong to a `{Parent}`",
    label = "cannot be loaded through a `{Parent}`",
    note = "implement `authgate::resource::Nested<{Parent}, {S}>` for it: `type Key`, `type Error`, `async fn load(parent, key, state)`"
)]
pub trait Nested<Parent, S>: Sized + Send + Sync + 'static {
    /// The key of the resource within its parent, as [`Resource::Key`].
    type Key: serde::de::DeserializeOwned + Send;

    /// The error if the resource could not be loaded, as [`Resource::Error`].
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;

    /// The names of the path parameters that form the key, as [`Resource::PARAMETERS`].
    const PARAMETERS: &'static [&'static str] = &[];

    /// Loads the resource within its parent, or returns `None` if the parent does not contain it.
    ///
    /// # Errors
    ///
    /// Returns an error if the resource could not be loaded.
    fn load(
        parent: &Parent,
        key: Self::Key,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;
}

impl<Parent, T, S> Resource<S> for Child<Parent, T>
where
    Parent: Resource<S>,
    T: Nested<Parent, S>,
    S: Sync,
{
    type Key = (Parent::Key, T::Key);
    type Error = Box<dyn std::error::Error + Send + Sync>;

    async fn load((parent, child): Self::Key, state: &S) -> Result<Option<Self>, Self::Error> {
        let Some(parent) = Parent::load(parent, state).await.map_err(Into::into)? else { return Ok(None) };
        let child = T::load(&parent, child, state).await.map_err(Into::into)?;
        Ok(child.map(|child| Self { parent, child }))
    }

    fn key(path: &mut PathParameters) -> Result<Self::Key, NoKey> {
        Ok((Parent::key(path)?, path.take(T::PARAMETERS)?))
    }

    fn check_key(path: &mut PathParameters) -> Result<(), ConfigError> {
        Parent::check_key(path)?;
        path.check::<T::Key>(T::PARAMETERS, TypeName::of::<T>())
    }
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T>, Parent, T> Policy<Child<Parent, T>> for R {
    type Principal = R::Principal;

    fn decide(principal: &R::Principal, resource: &Child<Parent, T>) -> Decision {
        <R as Policy<T>>::decide(principal, resource)
    }
}

impl<Parent, T: Edit> Edit for Child<Parent, T> {
    type Patch = T::Patch;

    fn edit(&mut self, patch: T::Patch) {
        self.child.edit(patch);
    }
}
