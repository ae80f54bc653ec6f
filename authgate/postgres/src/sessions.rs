use std::collections::HashMap;
use std::time::SystemTime;

use async_trait::async_trait;
use authgate::scheme::BackendError;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio_postgres::types::Type;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use crate::link::Causes;
use crate::server::Values;
use crate::space::{Space, bounded, hash};

/// The version of the format of a session.
const VERSION: u8 = 1;

/// The number of ids that are tried for a new session.
const TRIES: usize = 3;

const CREATE: &str = "INSERT INTO authgate_sessions (app, key, data, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1";

/// Not an `INSERT`: a session that was deleted is not revived.
const SAVE: &str = "UPDATE authgate_sessions SET data = $3, expires_at = $4 WHERE app = $1 AND key = $2";

const LOAD: &str = "\
SELECT current_setting('transaction_read_only') = 'on', data, expires_at FROM (VALUES (1)) AS one \
LEFT JOIN authgate_sessions ON app = $1 AND key = $2 AND expires_at > now()";

const DELETE: &str = "DELETE FROM authgate_sessions WHERE app = $1 AND key = $2";

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
/// use authgate_postgres::Shared;
///
/// fn sessions(shared: &Shared) -> Sessions {
///     Sessions::new(shared.sessions())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedSessions(pub(crate) Space);

/// The data of a session as it is stored.
#[derive(Deserialize, Serialize)]
struct Stored<D> {
    version: u8,
    data: D,
}

fn key(id: &Id) -> [u8; 32] {
    hash(&[&id.0.to_string()])
}

fn encoded(record: &Record) -> Result<String> {
    let stored = Stored { version: VERSION, data: &record.data };
    serde_json::to_string(&stored).map_err(|error| Error::Encode(error.to_string()))
}

fn decoded(text: &str) -> Result<HashMap<String, serde_json::Value>> {
    // The text of the error could contain data of the session.
    let stored: Stored<_> = serde_json::from_str(text).map_err(|error| {
        Error::Decode(format!("the session is not valid at byte {}: {:?}", error.column(), error.classify()))
    })?;
    if stored.version != VERSION {
        return Err(Error::Decode(format!("the session has the format of version {}", stored.version)));
    }
    Ok(stored.data)
}

fn backend(error: &BackendError) -> Error {
    Error::Backend(Causes(error).to_string())
}

#[async_trait]
impl SessionStore for SharedSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (app, data, until) = (&*self.0.app, encoded(record)?, bounded(record.expiry_date.into()));
        for _ in 0..TRIES {
            let key = key(&record.id);
            let key = &key[..];
            let values: Values<'_> =
                &[(&app, Type::TEXT), (&key, Type::BYTEA), (&data, Type::TEXT), (&until, Type::TIMESTAMPTZ)];
            let rows = self.0.links.write(CREATE, values).await.map_err(|error| backend(&error))?;
            if !rows.is_empty() {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend(format!("{TRIES} random ids of sessions exist")))
    }

    /// Saves a session that exists. A session that has ended is not revived.
    async fn save(&self, record: &Record) -> Result<()> {
        let (app, data, until) = (&*self.0.app, encoded(record)?, bounded(record.expiry_date.into()));
        let key = key(&record.id);
        let key = &key[..];
        let values: Values<'_> =
            &[(&app, Type::TEXT), (&key, Type::BYTEA), (&data, Type::TEXT), (&until, Type::TIMESTAMPTZ)];
        self.0.links.write_again(SAVE, values).await.map(drop).map_err(|error| backend(&error))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (app, key) = (&*self.0.app, key(id));
        let key = &key[..];
        let row = self.0.links.read(LOAD, &[(&app, Type::TEXT), (&key, Type::BYTEA)]).await;
        let row = row.map_err(|error| backend(&error))?;
        let unreadable = |error: tokio_postgres::Error| backend(&BackendError::new(error));
        let data: Option<&str> = row.try_get(1).map_err(unreadable)?;
        let until: Option<SystemTime> = row.try_get(2).map_err(unreadable)?;
        let (Some(data), Some(until)) = (data, until) else { return Ok(None) };
        let record =
            Record { id: *id, data: decoded(data)?, expiry_date: OffsetDateTime::from(bounded(until)) };
        Ok(Some(record).filter(|record| record.expiry_date > OffsetDateTime::now_utc()))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let (app, key) = (&*self.0.app, key(id));
        let key = &key[..];
        let values: Values<'_> = &[(&app, Type::TEXT), (&key, Type::BYTEA)];
        self.0.links.write_again(DELETE, values).await.map(drop).map_err(|error| backend(&error))
    }
}
