use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use super::KeyDigest;
use crate::secret::debug_only;

/// A store that maps API keys to their holders: a [`InMemoryApiKeys`](super::InMemoryApiKeys), or
/// the application's database.
///
/// A digest does not bind a key to a gate. A store may serve several gates, such as one table for
/// the keys of customers and of staff. It must then record the kind of principal that each key was
/// issued for, and select by it.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::{ApiKeys, KeyLookup, KeyDigest, KeyRecord};
/// use std::time::SystemTime;
///
/// #[derive(authgate::Principal)]
/// struct Machine {
///     #[principal(id)]
///     name: String,
/// }
///
/// struct Row {
///     name: String,
///     key_id: String,
///     expires_at: SystemTime,
///     revoked: bool,
/// }
///
/// struct Pool;
///
/// impl Pool {
///     async fn by_digest(&self, digest: &[u8]) -> Result<Option<Row>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// struct Database {
///     pool: Pool,
/// }
///
/// impl ApiKeys<Machine> for Database {
///     async fn find(&self, digest: &KeyDigest) -> KeyLookup<Machine> {
///         match self.pool.by_digest(digest.as_bytes()).await {
///             Ok(Some(row)) if row.revoked => KeyLookup::Revoked,
///             Ok(Some(row)) => {
///                 let machine = Machine { name: row.name };
///                 KeyLookup::Known(
///                     KeyRecord::new(machine).with_id(row.key_id).with_expires_at(row.expires_at),
///                 )
///             }
///             Ok(None) => KeyLookup::Unknown,
///             Err(_) => KeyLookup::Unavailable,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look up API keys of `{P}`",
    label = "not a store of API keys of `{P}`",
    note = "pass an `authgate::scheme::api_key::InMemoryApiKeys<{P}>`, or implement \
            `authgate::scheme::api_key::ApiKeys<{P}>` for `{Self}`, for example with a database"
)]
pub trait ApiKeys<P>: Send + Sync + 'static {
    /// Looks up the key with this digest.
    ///
    /// If the lookup fails, it must return [`Unavailable`](KeyLookup::Unavailable), never
    /// [`Unknown`](KeyLookup::Unknown).
    fn find(&self, digest: &KeyDigest) -> impl Future<Output = KeyLookup<P>> + Send;

    /// Looks up the key without waiting, which avoids an allocation. By default, it returns `None`,
    /// and the scheme awaits [`find`](Self::find).
    fn find_now(&self, digest: &KeyDigest) -> Option<KeyLookup<P>> {
        let _ = digest;
        None
    }
}

#[diagnostic::do_not_recommend]
impl<P, K: ApiKeys<P>> ApiKeys<P> for Arc<K> {
    fn find(&self, digest: &KeyDigest) -> impl Future<Output = KeyLookup<P>> + Send {
        K::find(self, digest)
    }

    fn find_now(&self, digest: &KeyDigest) -> Option<KeyLookup<P>> {
        K::find_now(self, digest)
    }
}

/// The result of looking up a key.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::{KeyLookup, KeyRecord};
///
/// /// The result for the name of the holder in a database, and whether the key was revoked.
/// fn finding(row: Result<Option<(String, bool)>, std::io::Error>) -> KeyLookup<String> {
///     match row {
///         Ok(Some((_, true))) => KeyLookup::Revoked,
///         Ok(Some((name, false))) => KeyLookup::Known(KeyRecord::new(name)),
///         Ok(None) => KeyLookup::Unknown,
///         Err(_) => KeyLookup::Unavailable,
///     }
/// }
/// ```
#[non_exhaustive]
pub enum KeyLookup<P> {
    /// The key exists. The scheme then checks whether the record has expired.
    Known(KeyRecord<P>),
    /// The key does not exist: 401 `credentials_rejected`.
    Unknown,
    /// The key has expired: 401 `credentials_expired`.
    Expired,
    /// The key was revoked: 401 `credentials_revoked`.
    Revoked,
    /// The lookup failed: 503.
    Unavailable,
}

/// Omits the holder.
impl<P> fmt::Debug for KeyLookup<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known",
            Self::Unknown => "Unknown",
            Self::Expired => "Expired",
            Self::Revoked => "Revoked",
            Self::Unavailable => "Unavailable",
        })
    }
}

/// The holder of a key, its public name, and its expiry.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::scheme::api_key::KeyRecord;
///
/// let in_a_year = SystemTime::now() + Duration::from_secs(365 * 24 * 60 * 60);
/// let record = KeyRecord::new("ci").with_id("ci-2026").with_expires_at(in_a_year);
/// assert_eq!(record.id(), Some("ci-2026"));
/// ```
#[derive(Clone)]
pub struct KeyRecord<P> {
    pub(super) principal: P,
    pub(super) id: Option<Arc<str>>,
    pub(super) expires_at: Option<SystemTime>,
}

impl<P> KeyRecord<P> {
    /// Creates the record of a key that has no name and does not expire.
    #[must_use]
    pub const fn new(principal: P) -> Self {
        Self { principal, id: None, expires_at: None }
    }

    /// Sets the public name of the key, by which holders distinguish their keys. It must not
    /// contain random characters of the key. Handlers read it from
    /// [`Context::token_id`](crate::Context::token_id).
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the expiry. From then on, the key gets 401 `credentials_expired`.
    #[must_use]
    pub fn with_expires_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = at.into();
        self
    }

    /// Returns the holder.
    #[must_use]
    pub const fn principal(&self) -> &P {
        &self.principal
    }

    /// Returns the public name.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the expiry.
    #[must_use]
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    pub(super) fn has_ended(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

debug_only! {
    /// Omits the holder.
    [P] KeyRecord<P> { id, expires_at }
}
