use std::fmt;
use std::ops::Deref;

use super::Resource;

/// A value that came from the application's own store, and not from the client.
///
/// A policy compares the caller with fields of a resource, such as its owner. If the client
/// supplied those fields, the decision means nothing: a request body `{"id": 2, "owner": "me"}`
/// passes every check of the owner. Granting a right by hand therefore takes a `Loaded<T>`, and the
/// source of the value is visible where the right is granted.
///
/// [`load`](Self::load) loads a resource by its key. [`from_store`](Self::from_store) states the
/// claim for a value that the application loaded in another way, such as a row of a query. authgate
/// cannot check that claim. A handler's first parameter [`Granted<R, T>`](crate::Granted) needs
/// neither.
///
/// It dereferences to the value. It cannot be cloned, defaulted or deserialized.
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, Denial, Granted, Policy, Principal, Resource};
/// use authgate::resource::Loaded;
///
/// struct App;
///
/// struct Report {
///     owner: String,
/// }
///
/// impl Resource<App> for Report {
///     type Key = u64;
///     type Error = std::io::Error;
///     async fn load(_: u64, _: &App) -> Result<Option<Report>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// /// The id is in the body of the request.
/// async fn find<P: Principal, CanRead: Policy<Report, Principal = P>>(
///     user: Authenticated<P>,
///     id: u64,
///     app: &App,
/// ) -> Result<Granted<CanRead, Report, P>, Denial> {
///     match Loaded::<Report>::load(id, app).await {
///         Ok(Some(report)) => user.authorize_on(report).map_err(Denial::concealed),
///         _ => Err(user.not_found()),
///     }
/// }
/// ```
pub struct Loaded<T> {
    value: T,
}

impl<T> Loaded<T> {
    /// Loads a resource by its key, as the extractor does.
    ///
    /// Returns `None` if the resource does not exist.
    ///
    /// # Errors
    ///
    /// Returns the error of [`Resource::load`].
    pub async fn load<S: Sync>(key: T::Key, state: &S) -> Result<Option<Self>, T::Error>
    where
        T: Resource<S>,
    {
        Ok(T::load(key, state).await?.map(Self::from_store))
    }

    /// States that the value came from the application's store, and not from the client.
    ///
    /// Never write it around a value that was deserialized from a request.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::resource::Loaded;
    ///
    /// let row = ("ada", "Budget"); // from a query
    /// let report = Loaded::from_store(row);
    /// assert_eq!(report.0, "ada");
    /// ```
    pub const fn from_store(value: T) -> Self {
        Self { value }
    }

    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Loaded").field(&self.value).finish()
    }
}

/// A [`Loaded<T>`](Loaded), the argument of functions that grant a right by hand.
#[diagnostic::on_unimplemented(
    message = "expected a loaded value, found `{Self}`",
    label = "this value may come from the client",
    note = "state that the value comes from the application's store, `Loaded::from_store(value)`, or load one resource \
            by its key, `Loaded::<Report>::load(key, &state).await`"
)]
pub trait IsLoaded<T>: sealed::Sealed<T> {}

impl<T> IsLoaded<T> for Loaded<T> {}

mod sealed {
    use super::Loaded;

    /// Returns the value.
    pub trait Sealed<T> {
        fn value(self) -> T;
    }

    impl<T> Sealed<T> for Loaded<T> {
        fn value(self) -> T {
            self.value
        }
    }
}
