use std::fmt;
use std::future::Future;
use std::ops::Deref;

use super::{Edit, NoKey, PathParameters, Policy, Resource};
use crate::ConfigError;
use crate::right::{Decision, TypeName};

/// A thing that is found only through the one that it belongs to, so that an id of another's is none:
/// `Granted<CanEdit, Child<Org, Report>>` on `/orgs/{org}/reports/{id}`.
///
/// A policy over the child is one over it within its parent; one that has to see the parent is a `Policy<Child<Org, Report>>`.
/// Derefs to the child, and serialises as it does. An [`AsyncPolicy`](crate::AsyncPolicy) is written for the `Child` itself.
pub struct Child<Parent, T> {
    parent: Parent,
    child: T,
}

impl<Parent, T> Child<Parent, T> {
    /// What it belongs to.
    #[must_use]
    pub const fn parent(&self) -> &Parent {
        &self.parent
    }

    /// The two.
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

/// As the child.
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

/// A thing that belongs to a `Parent`.
///
/// ```
/// use authgate::Nested;
/// # pub struct Org { pub id: u64 }
/// # pub struct Report;
/// # struct Db;
/// # impl Db { async fn report(&self, _: u64, _: u64) -> Result<Option<Report>, std::io::Error> { Ok(None) } }
/// # struct App { db: Db }
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
    label = "nobody knows how to load this through a `{Parent}`",
    note = "implement `authgate::Nested<{Parent}, {S}>` for it: `type Key`, `type Error`, `async fn load(parent, key, state)`"
)]
pub trait Nested<Parent, S>: Sized + Send + Sync + 'static {
    /// What names it among its parent's, as [`Resource::Key`].
    type Key: serde::de::DeserializeOwned + Send;

    /// Why it could not be loaded.
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;

    /// As [`Resource::PARAMETERS`].
    const PARAMETERS: &'static [&'static str] = &[];

    /// Finds it among its parent's; `None` where it is not there, wherever else it may be.
    ///
    /// # Errors
    ///
    /// It could not be found out.
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
