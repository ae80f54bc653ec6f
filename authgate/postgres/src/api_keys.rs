use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use authgate::scheme::BackendError;
use authgate::scheme::api_key::{ApiKeys, KeyDigest, KeyLookup, KeyRecord};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::link::log_failure;
use crate::server::Values;
use crate::space::{Space, bounded, hash, unexpected};

const INSERT: &str = "\
INSERT INTO authgate_api_keys (app, key, principal, id, expires_at) VALUES ($1, $2, $3, $4, $5) \
ON CONFLICT DO NOTHING RETURNING 1";

const EXPIRE: &str = "UPDATE authgate_api_keys SET expires_at = $3 WHERE app = $1 AND key = $2";
const REVOKE: &str = "UPDATE authgate_api_keys SET revoked = true WHERE app = $1 AND key = $2";
const REMOVE: &str = "DELETE FROM authgate_api_keys WHERE app = $1 AND key = $2 RETURNING 1";

const FIND: &str = "\
SELECT current_setting('transaction_read_only') = 'on', principal, id, expires_at, revoked FROM (VALUES (1)) AS one \
LEFT JOIN authgate_api_keys ON app = $1 AND key = $2";

/// API keys of one kind of principal, for [`ApiKey::header`](authgate::scheme::ApiKey::header).
///
/// A key is stored as its digest, with the principal in JSON, the id and the expiry. A change
/// applies to the next request of each process. Expired and revoked keys are kept until they are
/// [removed](Self::remove), so that the client gets the reason.
///
/// # Examples
///
/// ```no_run
/// use authgate::scheme::ApiKey;
/// use authgate::scheme::api_key::{KeyRecord, NewKey};
/// use authgate_postgres::{Shared, SharedApiKeys};
///
/// #[derive(authgate::Principal, serde::Deserialize, serde::Serialize)]
/// struct Machine {
///     #[principal(id)]
///     name: String,
/// }
///
/// async fn scheme(shared: &Shared) -> Result<ApiKey<SharedApiKeys<Machine>>, Box<dyn std::error::Error>> {
///     let keys = shared.api_keys::<Machine>("machines");
///     let key = NewKey::generate("acme")?;
///     keys.insert(key.digest(), KeyRecord::new(Machine { name: "ci".into() }).with_id("ci-2026")).await?;
///     Ok(ApiKey::header("x-api-key", keys).realm("api"))
/// }
/// ```
pub struct SharedApiKeys<P> {
    space: Space,
    kind: String,
    principal: PhantomData<fn() -> P>,
}

impl<P> SharedApiKeys<P> {
    pub(crate) fn new(space: Space, kind: String) -> Self {
        Self { space, kind, principal: PhantomData }
    }

    fn key(&self, digest: &KeyDigest) -> [u8; 32] {
        hash(&[&self.kind, &digest.to_string()])
    }

    /// Adds the key with this digest.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if the key exists, even as a revoked one, if the principal cannot
    /// be serialized, or if it is unknown whether the key was added. Generate another key then.
    pub async fn insert(&self, digest: KeyDigest, record: KeyRecord<P>) -> Result<(), BackendError>
    where
        P: Serialize + Send + Sync,
    {
        let principal = serde_json::to_string(record.principal()).map_err(BackendError::new)?;
        let (app, key, at) = (&*self.space.app, self.key(&digest), record.expires_at().map(bounded));
        let key = &key[..];
        let id = record.id();
        let values: Values<'_> = &[
            (&app, Type::TEXT),
            (&key, Type::BYTEA),
            (&principal, Type::TEXT),
            (&id, Type::TEXT),
            (&at, Type::TIMESTAMPTZ),
        ];
        if self.space.links.write(INSERT, values).await?.is_empty() {
            return Err(BackendError::new(
                "duplicate key: use one key per holder, and `remove` a revoked key before inserting it again",
            ));
        }
        Ok(())
    }

    /// Sets the expiry of the key. Returns `false` if the key does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the expiry was set.
    pub async fn expire_at(&self, digest: KeyDigest, at: SystemTime) -> Result<bool, BackendError> {
        let (app, key, at) = (&*self.space.app, self.key(&digest), bounded(at));
        let key = &key[..];
        let values: Values<'_> = &[(&app, Type::TEXT), (&key, Type::BYTEA), (&at, Type::TIMESTAMPTZ)];
        Ok(self.space.links.write_again(EXPIRE, values).await? > 0)
    }

    /// Revokes the key: it then gets 401 `credentials_revoked`. Returns `false` if the key does not
    /// exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the key is revoked.
    pub async fn revoke(&self, digest: KeyDigest) -> Result<bool, BackendError> {
        let (app, key) = (&*self.space.app, self.key(&digest));
        let key = &key[..];
        let values: Values<'_> = &[(&app, Type::TEXT), (&key, Type::BYTEA)];
        Ok(self.space.links.write_again(REVOKE, values).await? > 0)
    }

    /// Removes the key: it then gets 401 `credentials_rejected`, as an unknown key. Returns `false`
    /// if the key does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the key was removed.
    pub async fn remove(&self, digest: KeyDigest) -> Result<bool, BackendError> {
        let (app, key) = (&*self.space.app, self.key(&digest));
        let key = &key[..];
        let values: Values<'_> = &[(&app, Type::TEXT), (&key, Type::BYTEA)];
        Ok(!self.space.links.write(REMOVE, values).await?.is_empty())
    }
}

impl<P: DeserializeOwned + Send + Sync + 'static> SharedApiKeys<P> {
    async fn look_up(&self, digest: &KeyDigest) -> Result<KeyLookup<P>, BackendError> {
        let (app, key) = (&*self.space.app, self.key(digest));
        let key = &key[..];
        let row = self.space.links.read(FIND, &[(&app, Type::TEXT), (&key, Type::BYTEA)]).await?;
        found(&row).map_err(BackendError::new)?.ok_or_else(unexpected)
    }
}

/// Returns `None` if the principal cannot be parsed.
fn found<P: DeserializeOwned>(row: &Row) -> Result<Option<KeyLookup<P>>, tokio_postgres::Error> {
    let Some(principal) = row.try_get::<_, Option<&str>>(1)? else { return Ok(Some(KeyLookup::Unknown)) };
    if row.try_get(4)? {
        return Ok(Some(KeyLookup::Revoked));
    }
    let Ok(principal) = serde_json::from_str(principal) else { return Ok(None) };
    let mut record = KeyRecord::new(principal).with_expires_at(row.try_get::<_, Option<SystemTime>>(3)?);
    if let Some(id) = row.try_get::<_, Option<&str>>(2)? {
        record = record.with_id(id);
    }
    Ok(Some(KeyLookup::Known(record)))
}

impl<P: DeserializeOwned + Send + Sync + 'static> ApiKeys<P> for SharedApiKeys<P> {
    async fn find(&self, digest: &KeyDigest) -> KeyLookup<P> {
        self.look_up(digest).await.unwrap_or_else(|error| {
            log_failure("look up an API key", &error);
            KeyLookup::Unavailable
        })
    }
}

impl<P> Clone for SharedApiKeys<P> {
    fn clone(&self) -> Self {
        Self { space: self.space.clone(), kind: self.kind.clone(), principal: PhantomData }
    }
}

impl<P> fmt::Debug for SharedApiKeys<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedApiKeys").field("kind", &self.kind).finish_non_exhaustive()
    }
}
