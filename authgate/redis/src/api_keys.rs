use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::scheme::BackendError;
use authgate::scheme::api_key::{ApiKeys, KeyDigest, KeyLookup, KeyRecord};
use redis::{Value, cmd};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::link::log_failure;
use crate::server::text;
use crate::space::{Space, hash, milliseconds, script, unexpected};

/// Adds a key, unless it exists.
const INSERT: &str = "\
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1";

/// Changes a member of a key, if it exists.
const CHANGE: &str = "\
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1";

/// The version of the format of a key.
const VERSION: &[u8] = b"1";

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
/// use authgate_redis::{Shared, SharedApiKeys};
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

    fn key(&self, digest: &KeyDigest) -> String {
        self.space.key("key", hash(&[&self.kind, &digest.to_string()]))
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
        let principal = serde_json::to_vec(record.principal()).map_err(BackendError::new)?;
        let mut insert = script(INSERT, &[self.key(&digest)]);
        insert.arg("version").arg(VERSION).arg("principal").arg(principal);
        if let Some(id) = record.id() {
            insert.arg("id").arg(id);
        }
        if let Some(at) = record.expires_at() {
            insert.arg("expires_at").arg(milliseconds(at));
        }
        if is_done(&self.space.link.write(&insert).await?)? {
            return Ok(());
        }
        Err(BackendError::new(
            "duplicate key: use one key per holder, and `remove` a revoked key before inserting it again",
        ))
    }

    /// Sets the expiry of the key. Returns `false` if the key does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the expiry was set.
    pub async fn expire_at(&self, digest: KeyDigest, at: SystemTime) -> Result<bool, BackendError> {
        self.change(digest, "expires_at", milliseconds(at)).await
    }

    /// Revokes the key: it then gets 401 `credentials_revoked`. Returns `false` if the key does not
    /// exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the key is revoked.
    pub async fn revoke(&self, digest: KeyDigest) -> Result<bool, BackendError> {
        self.change(digest, "revoked", 1).await
    }

    async fn change(&self, digest: KeyDigest, member: &str, value: u64) -> Result<bool, BackendError> {
        let mut change = script(CHANGE, &[self.key(&digest)]);
        change.arg(member).arg(value);
        is_done(&self.space.link.write_again(&change).await?)
    }

    /// Removes the key: it then gets 401 `credentials_rejected`, as an unknown key. Returns `false`
    /// if the key does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the key was removed.
    pub async fn remove(&self, digest: KeyDigest) -> Result<bool, BackendError> {
        let mut remove = cmd("DEL");
        remove.arg(self.key(&digest));
        is_done(&self.space.link.write(&remove).await?)
    }
}

fn is_done(answer: &Value) -> Result<bool, BackendError> {
    match answer {
        Value::Int(number) => Ok(*number > 0),
        other => Err(unexpected(other)),
    }
}

impl<P: DeserializeOwned + Send + Sync + 'static> SharedApiKeys<P> {
    async fn look_up(&self, digest: &KeyDigest) -> Result<KeyLookup<P>, BackendError> {
        let mut get = cmd("HGETALL");
        get.arg(self.key(digest));
        let [entry] = self.space.link.read([Some(get)]).await?;
        let members = members(&entry).ok_or_else(|| unexpected(&entry))?;
        if members.is_empty() {
            return Ok(KeyLookup::Unknown);
        }
        let member = |name: &str| members.get(name.as_bytes()).copied();
        if member("revoked").is_some() {
            return Ok(KeyLookup::Revoked);
        }
        let record = record_of(member).ok_or_else(|| unexpected(&entry))?;
        Ok(KeyLookup::Known(record))
    }
}

/// Returns the members of a hash, which is an array of names and values in RESP2.
fn members(entry: &Value) -> Option<HashMap<&[u8], &[u8]>> {
    match entry {
        Value::Map(members) => {
            members.iter().map(|(name, value)| Some((text(name)?, text(value)?))).collect()
        }
        Value::Array(items) => items
            .chunks(2)
            .map(|pair| match pair {
                [name, value] => Some((text(name)?, text(value)?)),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

fn record_of<'a, P: DeserializeOwned>(member: impl Fn(&str) -> Option<&'a [u8]>) -> Option<KeyRecord<P>> {
    if member("version")? != VERSION {
        return None;
    }
    let mut record = KeyRecord::new(serde_json::from_slice(member("principal")?).ok()?);
    if let Some(id) = member("id") {
        record = record.with_id(std::str::from_utf8(id).ok()?);
    }
    if let Some(at) = member("expires_at") {
        let at = Duration::from_millis(std::str::from_utf8(at).ok()?.parse().ok()?);
        record = record.with_expires_at(UNIX_EPOCH.checked_add(at)?);
    }
    Some(record)
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
