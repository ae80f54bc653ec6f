//! The state of a service: in memory, in Redis and in PostgreSQL, with the same operations.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use authgate::credentials::RequestCredentials;
use authgate::oauth::InMemoryOnce;
use authgate::scheme::BackendError;
use authgate::scheme::Once;
use authgate::scheme::api_key::{ApiKeys, InMemoryApiKeys, KeyDigest, KeyRecord};
use authgate::scheme::attempts::AttemptLimits;
use authgate::scheme::bearer::{InMemoryRevocations, RevocationStore};
use authgate::session::Sessions;
use authgate_tests::session::Store;
use serde::{Deserialize, Serialize};
use tower_sessions_core::SessionStore;

/// A program as a caller.
#[derive(Clone, Debug, Deserialize, Serialize, authgate::Principal)]
pub(crate) struct Machine {
    #[principal(id)]
    pub(crate) name: String,
}

impl Machine {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }
}

/// A change of an API key.
#[derive(Clone, Copy)]
pub(crate) enum Change {
    ExpireAt(SystemTime),
    Revoke,
    Remove,
}

pub(crate) trait State: Clone + Send + Sync + 'static {
    type SessionStore: SessionStore;
    type Revocations: RevocationStore + Clone;
    type Replay: Once + Clone;
    type ApiKeys: ApiKeys<Machine> + Clone;

    fn session_store(&self) -> Self::SessionStore;
    fn revocations(&self) -> Self::Revocations;
    fn replay(&self) -> Self::Replay;
    fn limits(&self) -> AttemptLimits;
    fn api_keys(&self) -> Self::ApiKeys;

    fn insert_key(
        &self,
        digest: KeyDigest,
        record: KeyRecord<Machine>,
    ) -> impl Future<Output = Result<(), String>> + Send;
    fn change_key(
        &self,
        digest: KeyDigest,
        change: Change,
    ) -> impl Future<Output = Result<bool, BackendError>> + Send;

    fn sessions(&self) -> Sessions {
        Sessions::new(self.session_store())
    }
}

/// Reads the address of the client from a field.
pub(crate) fn address(request: &RequestCredentials<'_>) -> Option<IpAddr> {
    request.headers().get("x-address")?.to_str().ok()?.parse().ok()
}

#[derive(Clone)]
pub(crate) struct Memory {
    sessions: Store,
    revocations: InMemoryRevocations,
    replay: Arc<InMemoryOnce>,
    limits: AttemptLimits,
    keys: InMemoryApiKeys<Machine>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            sessions: Store::default(),
            revocations: InMemoryRevocations::new(),
            replay: Arc::default(),
            limits: AttemptLimits::in_memory(address),
            keys: InMemoryApiKeys::new(),
        }
    }
}

impl State for Memory {
    type SessionStore = Store;
    type Revocations = InMemoryRevocations;
    type Replay = Arc<InMemoryOnce>;
    type ApiKeys = InMemoryApiKeys<Machine>;

    fn session_store(&self) -> Store {
        self.sessions.clone()
    }

    fn revocations(&self) -> InMemoryRevocations {
        self.revocations.clone()
    }

    fn replay(&self) -> Arc<InMemoryOnce> {
        Arc::clone(&self.replay)
    }

    fn limits(&self) -> AttemptLimits {
        self.limits.clone()
    }

    fn api_keys(&self) -> InMemoryApiKeys<Machine> {
        self.keys.clone()
    }

    async fn insert_key(&self, digest: KeyDigest, record: KeyRecord<Machine>) -> Result<(), String> {
        self.keys.insert(digest, record).map_err(|error| error.to_string())
    }

    async fn change_key(&self, digest: KeyDigest, change: Change) -> Result<bool, BackendError> {
        Ok(match change {
            Change::ExpireAt(at) => self.keys.expire_at(digest, at),
            Change::Revoke => self.keys.revoke(digest),
            Change::Remove => self.keys.remove(digest),
        })
    }
}

/// Implements the operations for the type `Shared` of a package.
macro_rules! shared_state {
    ($package:ident) => {
        impl State for $package::Shared {
            type SessionStore = $package::SharedSessions;
            type Revocations = $package::SharedRevocations;
            type Replay = $package::SharedReplay;
            type ApiKeys = $package::SharedApiKeys<Machine>;

            fn session_store(&self) -> Self::SessionStore {
                self.sessions()
            }

            fn revocations(&self) -> Self::Revocations {
                self.revocations()
            }

            fn replay(&self) -> Self::Replay {
                self.replay()
            }

            fn limits(&self) -> AttemptLimits {
                AttemptLimits::new(self.attempts(), address)
            }

            fn api_keys(&self) -> Self::ApiKeys {
                self.api_keys("machines")
            }

            async fn insert_key(&self, digest: KeyDigest, record: KeyRecord<Machine>) -> Result<(), String> {
                State::api_keys(self).insert(digest, record).await.map_err(|error| error.to_string())
            }

            async fn change_key(&self, digest: KeyDigest, change: Change) -> Result<bool, BackendError> {
                let keys = State::api_keys(self);
                match change {
                    Change::ExpireAt(at) => keys.expire_at(digest, at).await,
                    Change::Revoke => keys.revoke(digest).await,
                    Change::Remove => keys.remove(digest).await,
                }
            }
        }
    };
}

shared_state!(authgate_postgres);
shared_state!(authgate_redis);
