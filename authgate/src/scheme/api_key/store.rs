use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use super::KeyDigest;

/// What knows whose a key is: a [`KeyTable`](super::KeyTable), or an application's database.
///
/// A key is not bound to a gate by its digest. A store that serves several gates, such as one table for the keys of
/// customers and of staff, must record which kind of principal each key was issued for, and select by it.
///
/// ```
/// use authgate::scheme::api_key::{ApiKeys, Finding, KeyDigest, KeyRecord};
/// # use std::time::SystemTime;
/// # #[derive(authgate::Principal)]
/// # struct Machine { #[principal(id)] name: String }
/// # struct Row { name: String, key_id: String, expires_at: SystemTime, revoked: bool }
/// # struct Pool;
/// # impl Pool { async fn by_digest(&self, digest: &[u8]) -> Result<Option<Row>, std::io::Error> { Ok(None) } }
///
/// struct Database {
///     pool: Pool,
/// }
///
/// impl ApiKeys<Machine> for Database {
///     async fn find(&self, digest: &KeyDigest) -> Finding<Machine> {
///         match self.pool.by_digest(digest.as_bytes()).await {
///             Ok(Some(row)) if row.revoked => Finding::Revoked,
///             Ok(Some(row)) => {
///                 let machine = Machine { name: row.name };
///                 Finding::Known(KeyRecord::new(machine).with_id(row.key_id).with_expires_at(row.expires_at))
///             }
///             Ok(None) => Finding::Unknown,
///             Err(_) => Finding::Undecided,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know whose an API key is",
    label = "no store of the API keys of `{P}`",
    note = "give an `authgate::scheme::api_key::KeyTable<{P}>`, or implement `authgate::scheme::api_key::ApiKeys<{P}>` for \
            `{Self}`, such as one that asks a database"
)]
pub trait ApiKeys<P>: Send + Sync + 'static {
    /// Finds out whose the key of this digest is. Where it cannot be found out, the answer is
    /// [`Undecided`](Finding::Undecided), and never [`Unknown`](Finding::Unknown).
    fn find(&self, digest: &KeyDigest) -> impl Future<Output = Finding<P>> + Send;

    /// The same where nothing has to be waited for, which costs no allocation; by default `None`, and
    /// [`find`](Self::find) is asked.
    fn find_at_once(&self, digest: &KeyDigest) -> Option<Finding<P>> {
        let _ = digest;
        None
    }

    /// Whether [`find_at_once`](Self::find_at_once) never returns `None`: a request is then decided without room being made to
    /// wait in. By default `false`. Asked when the gate is built; a `None` in spite of it is taken for
    /// [`Undecided`](Finding::Undecided).
    fn never_waits(&self) -> bool {
        false
    }
}

#[diagnostic::do_not_recommend]
impl<P, K: ApiKeys<P>> ApiKeys<P> for Arc<K> {
    fn find(&self, digest: &KeyDigest) -> impl Future<Output = Finding<P>> + Send {
        K::find(self, digest)
    }

    fn find_at_once(&self, digest: &KeyDigest) -> Option<Finding<P>> {
        K::find_at_once(self, digest)
    }

    fn never_waits(&self) -> bool {
        K::never_waits(self)
    }
}

/// What a store says of a key.
#[non_exhaustive]
pub enum Finding<P> {
    /// It is this one's. Whether it has expired by the record is looked at afterwards.
    Known(KeyRecord<P>),
    /// It is nobody's: 401 `credentials_rejected`.
    Unknown,
    /// It was good once: 401 `credentials_expired`.
    Expired,
    /// It was taken back: 401 `credentials_revoked`.
    Revoked,
    /// It could not be found out: 503.
    Undecided,
}

/// Prints nobody.
impl<P> fmt::Debug for Finding<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known",
            Self::Unknown => "Unknown",
            Self::Expired => "Expired",
            Self::Revoked => "Revoked",
            Self::Undecided => "Undecided",
        })
    }
}

/// Whose a key is, what it is called, and when it ends.
#[derive(Clone)]
pub struct KeyRecord<P> {
    pub(super) principal: P,
    pub(super) id: Option<Arc<str>>,
    pub(super) expires_at: Option<SystemTime>,
}

impl<P> KeyRecord<P> {
    /// A key of this holder's, without a name and an end.
    #[must_use]
    pub const fn new(principal: P) -> Self {
        Self { principal, id: None, expires_at: None }
    }

    /// The key's public name, by which people tell their keys apart: never a part of the key that is random. A handler
    /// finds it in [`Context::token_id`](crate::right::Context::token_id).
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// When the key ends. From then on it is 401 `credentials_expired`.
    #[must_use]
    pub fn with_expires_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = at.into();
        self
    }

    /// Whose it is.
    #[must_use]
    pub const fn principal(&self) -> &P {
        &self.principal
    }

    /// What it is called.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    pub(super) fn has_ended(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Prints not whose it is.
impl<P> fmt::Debug for KeyRecord<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRecord")
            .field("id", &self.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
