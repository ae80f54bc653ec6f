//! Values that count only once, such as the `jti` of a DPoP proof.

use std::future::Future;
#[cfg(any(feature = "digest", feature = "oauth"))]
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use super::BackendError;

/// A store of values that count only once: a proof or a message that is replayed is rejected.
///
/// `oauth::InMemoryOnce` serves one process, and `oauth::FileOnce` several processes of one
/// machine. Processes on several machines need a database: the packages `authgate-redis` and
/// `authgate-postgres` have one.
///
/// # Examples
///
/// A store in a database, such as `SET key 1 NX PXAT until` of Redis, or
/// `INSERT .. ON CONFLICT DO NOTHING` of PostgreSQL:
///
/// ```
/// use std::time::SystemTime;
///
/// use authgate::scheme::{BackendError, Once};
///
/// # struct Database;
/// # impl Database {
/// #     async fn insert_if_absent(&self, _: [u8; 32], _: SystemTime) -> std::io::Result<bool> { Ok(true) }
/// # }
/// struct Used(Database);
///
/// impl Once for Used {
///     async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
///         self.0.insert_if_absent(*key, until).await.map_err(BackendError::new)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot record values that count only once",
    label = "not a store for authgate",
    note = "pass an `InMemoryOnce`, a `FileOnce`, or a type that implements `authgate::scheme::Once`"
)]
pub trait Once: Send + Sync + 'static {
    /// Records the key until the given time. Returns `true` if the key was not recorded before.
    ///
    /// The operation must be atomic: of several calls with the same key, in all processes, exactly
    /// one returns `true`. The key is a SHA-256 hash. A store may drop it after `until`, and not
    /// earlier.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the key was recorded, or if the store is
    /// full. The request is then denied with 503.
    fn first(
        &self,
        key: &[u8; 32],
        until: SystemTime,
    ) -> impl Future<Output = Result<bool, BackendError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<O: Once> Once for Arc<O> {
    fn first(
        &self,
        key: &[u8; 32],
        until: SystemTime,
    ) -> impl Future<Output = Result<bool, BackendError>> + Send {
        O::first(self, key, until)
    }
}

/// [`Once`] as a trait object.
#[cfg(any(feature = "digest", feature = "oauth"))]
pub(crate) trait DynOnce: Send + Sync {
    fn dyn_first<'a>(&'a self, key: &'a [u8; 32], until: SystemTime) -> DynFirst<'a>;
}

#[cfg(any(feature = "digest", feature = "oauth"))]
pub(crate) type DynFirst<'a> = Pin<Box<dyn Future<Output = Result<bool, BackendError>> + Send + 'a>>;

#[cfg(any(feature = "digest", feature = "oauth"))]
impl<O: Once> DynOnce for O {
    fn dyn_first<'a>(&'a self, key: &'a [u8; 32], until: SystemTime) -> DynFirst<'a> {
        Box::pin(self.first(key, until))
    }
}
