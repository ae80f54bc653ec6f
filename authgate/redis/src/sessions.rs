use std::collections::HashMap;
use std::time::SystemTime;

use async_trait::async_trait;
use authgate::scheme::BackendError;
use redis::{Value, cmd};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use crate::server::text;
use crate::space::{Space, hash, milliseconds, unexpected};

/// The version of the format of a session.
const VERSION: u8 = 1;

/// The number of ids that are tried for a new session.
const TRIES: usize = 3;

/// Sessions, for [`Sessions::new`](authgate::session::Sessions::new), or for another layer of
/// tower-sessions.
///
/// The server keeps a hash of the id, so that a copy of its data does not contain the cookies. A
/// session that was deleted is not saved again, even by a request that started before.
///
/// # Examples
///
/// ```
/// use authgate::session::Sessions;
/// use authgate_redis::Shared;
///
/// fn sessions(shared: &Shared) -> Sessions {
///     Sessions::new(shared.sessions())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedSessions(pub(crate) Space);

/// A session as it is stored. The id is not, because it signs in.
#[derive(Deserialize, Serialize)]
struct Stored<D> {
    version: u8,
    /// In milliseconds since 1970.
    expires_at: u64,
    data: D,
}

/// The conditions of `SET`: only a new key, or only an existing one.
const NEW: &str = "NX";
const EXISTING: &str = "XX";

impl SharedSessions {
    fn key(&self, id: &Id) -> String {
        self.0.key("session", hash(&[&id.0.to_string()]))
    }

    /// Stores a session. Returns `false` if the condition is not met.
    async fn set(&self, record: &Record, condition: &str) -> Result<bool> {
        let expires_at = milliseconds(record.expiry_date.into());
        let stored = Stored { version: VERSION, expires_at, data: &record.data };
        let stored = serde_json::to_vec(&stored).map_err(|error| Error::Encode(error.to_string()))?;
        let mut set = cmd("SET");
        set.arg(self.key(&record.id)).arg(stored).arg(condition).arg("PXAT").arg(expires_at);
        let link = &self.0.link;
        let answer = if condition == NEW { link.write(&set).await } else { link.write_again(&set).await };
        match answer.map_err(|error| backend(&error))? {
            Value::Okay => Ok(true),
            Value::Nil => Ok(false),
            other => Err(backend(&unexpected(&other))),
        }
    }
}

fn backend(error: &BackendError) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for SharedSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        for _ in 0..TRIES {
            if self.set(record, NEW).await? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend(format!("{TRIES} random ids of sessions exist")))
    }

    /// Saves a session that exists. A session that has ended is not revived.
    async fn save(&self, record: &Record) -> Result<()> {
        self.set(record, EXISTING).await.map(drop)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut get = cmd("GET");
        get.arg(self.key(id));
        let [entry] = self.0.link.read([Some(get)]).await.map_err(|error| backend(&error))?;
        let stored: Stored<HashMap<_, _>> = match &entry {
            Value::Nil => return Ok(None),
            Value::ServerError(error) if error.code() == "WRONGTYPE" => {
                return Err(Error::Decode("the session is not a string".to_owned()));
            }
            entry => {
                let bytes = text(entry).ok_or_else(|| backend(&unexpected(entry)))?;
                // The text of the error could contain data of the session.
                serde_json::from_slice(bytes).map_err(|error| {
                    Error::Decode(format!(
                        "the session is not valid at byte {}: {:?}",
                        error.column(),
                        error.classify()
                    ))
                })?
            }
        };
        if stored.version != VERSION {
            return Err(Error::Decode(format!("the session has the format of version {}", stored.version)));
        }
        let expires_at = i128::from(stored.expires_at) * 1_000_000;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(expires_at);
        let expiry_date = expiry_date.map_err(|error| Error::Decode(error.to_string()))?;
        let is_alive = SystemTime::from(expiry_date) > SystemTime::now();
        Ok(is_alive.then_some(Record { id: *id, data: stored.data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut delete = cmd("DEL");
        delete.arg(self.key(id));
        match self.0.link.write_again(&delete).await.map_err(|error| backend(&error))? {
            Value::Int(_) => Ok(()),
            other => Err(backend(&unexpected(&other))),
        }
    }
}
