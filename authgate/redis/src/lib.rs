//! The state of [authgate] that several processes share, in a Redis or Valkey server:
//! sessions, revocations, replay protection, login attempts and API keys.
//!
//! A change that one process makes applies to the next request at each other process.
//!
//! ```no_run
//! use std::time::{Duration, SystemTime};
//!
//! use authgate::Gate;
//! use authgate::scheme::bearer::{Revocation, RevocationStore as _};
//! use authgate::scheme::{Bearer, Keys};
//! use authgate_redis::Shared;
//!
//! #[derive(authgate::Principal, serde::Deserialize)]
//! struct User {
//!     #[principal(id)]
//!     sub: String,
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let shared = Shared::connect("redis://localhost:6379/0")?.prefix("shop");
//! let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
//!     .issuer("https://issuer.example")
//!     .audience("https://api.example")
//!     .revoked_by(shared.revocations());
//! let gate = Gate::<User>::builder().scheme(bearer).build()?;
//!
//! // After a password change: all tokens that exist now, which expire within ten minutes.
//! let ada = Revocation::Subject { issuer: "https://issuer.example", subject: "ada" };
//! shared.revocations().revoke(ada, SystemTime::now() + Duration::from_secs(600)).await?;
//! # Ok(()) }
//! ```
//!
//! # What is shared
//!
//! | state | for | in Redis | while the server is not available |
//! |---|---|---|---|
//! | [`Shared::sessions`] | [`Sessions::new`](authgate::session::Sessions::new) | a string, until the session expires | 503 for requests with a session cookie |
//! | [`Shared::revocations`] | [`Bearer::revoked_by`](authgate::scheme::Bearer::revoked_by), `oidc::LoginBuilder::ended_by` | a string, until the tokens have expired | 503 for valid tokens |
//! | [`Shared::replay`] | `Dpop::replay`, `Digest::replay`, `oidc::LoginBuilder::used` | a string, until the proof has expired | 503 for valid proofs |
//! | [`Shared::attempts`] | [`AttemptLimits::new`](authgate::scheme::attempts::AttemptLimits::new) | sorted sets, for the periods of the limits; known clients for 30 days | 503 for logins |
//! | [`Shared::api_keys`] | [`ApiKey::header`](authgate::scheme::ApiKey::header) | a hash, until it is removed | 503 for API keys |
//!
//! Redis keeps no session ids, token ids, names and keys in clear text: the names of its keys are
//! hashes. The data of sessions, and the principals of API keys, are in clear text.
//!
//! # The server
//!
//! Redis 6.2 or later, or Valkey: one primary server, with replicas for failover. A connection to a
//! replica or to a Redis Cluster is an error. Each setting below protects against accepting what
//! was revoked or used before:
//!
//! - **`maxmemory-policy noeviction`.** Another policy evicts revocations when the memory is full.
//!   It is checked on each connection, and an error is logged; [`Shared::health`] returns it. With
//!   `noeviction`, a full memory is an error, and requests that need to write get 503.
//! - **`appendonly yes`.** Without it, a restart loses revocations of the last minutes, or all.
//!   With the default `appendfsync everysec`, a power failure loses those of the last second.
//! - **`min-replicas-to-write 1`**, if there are replicas that can become the primary. Redis
//!   replicates after it has answered, so a failover can still lose writes of the last moments.
//! - **Synchronized clocks**, to within a minute. Periods of login attempts are measured with the
//!   clock of the server. Revocations and used values are kept until one minute after their end, by
//!   the clock of the process or of the server, whichever keeps them longer. A session ends by the
//!   clock that is further ahead.
//! - **An account with few rights.** An attacker who can write to the server can sign in as any
//!   caller. These rights are enough, in the syntax of `ACL SETUSER`:
//!
//! ```text
//! shop on >PASSWORD ~shop:* +eval +get +set +del +exists +hset +hgetall +pexpire +pttl +time +info
//!     +zadd +zrem +zscore +zcount +zrangebyscore +zremrangebyscore +zremrangebyrank
//! ```
//!
//! # Failures
//!
//! A call takes at most one second ([`Shared::timeout`]), including a new connection. All requests
//! share one connection. It is opened by the first call, and again after it was lost. After a
//! failed attempt, calls return an error at once, for 50 milliseconds at first and for at most one
//! second. So a program starts while the server is down, and recovers within about a second.
//!
//! A call that timed out may still have an effect. A value for replay protection can then be
//! recorded for a request that got 503, so the client must sign a new one. A revocation is repeated
//! without harm. A save of a session never revives a deleted one.
//!
//! Events have the target `authgate_redis`.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `tls` | `rediss://` URLs, with rustls. The program must install an implementation of cryptography as the default of the process |

mod api_keys;
mod attempts;
mod link;
mod replay;
mod revocations;
mod server;
mod sessions;
mod space;

use std::sync::Arc;
use std::time::Duration;

use authgate::ConfigError;
use authgate::scheme::BackendError;

pub use api_keys::SharedApiKeys;
pub use attempts::SharedAttempts;
use link::Link;
pub use replay::SharedReplay;
pub use revocations::SharedRevocations;
use server::{Server, check_eviction};
pub use sessions::SharedSessions;
use space::Space;

/// The maximum time of one call. It is below the timeout of the gate, so that the cause is logged.
const TIMEOUT: Duration = Duration::from_secs(1);

/// State that all processes with the same server and prefix share.
///
/// Clones share one connection. The [documentation of the crate](crate) describes the required
/// settings of the server.
///
/// # Examples
///
/// ```
/// use authgate::session::Sessions;
/// use authgate_redis::Shared;
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// let shared = Shared::connect("redis://localhost:6379/0")?.prefix("shop");
/// let sessions = Sessions::new(shared.sessions());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Shared {
    space: Space,
}

impl Shared {
    /// Creates the state for a server, such as `redis://user:password@host:6379/0`. The first call
    /// connects, so the server may be down.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the URL is malformed, or if its kind of connection is not
    /// supported. The error does not contain the URL.
    pub fn connect(url: &str) -> Result<Self, ConfigError> {
        let link = Arc::new(Link::new(Server::of_url(url)?, TIMEOUT));
        Ok(Self { space: Space { link, prefix: Arc::from("authgate") } })
    }

    /// Sets the prefix of the keys in Redis. Defaults to `authgate`.
    ///
    /// Applications that share a server need different prefixes. Otherwise, they share sessions and
    /// API keys, too.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.space.prefix = Arc::from(prefix);
        self
    }

    /// Sets the maximum time of one call. Defaults to one second. It should be below the
    /// [timeout of the gate](authgate::gate::GateBuilder::timeout).
    ///
    /// Opens a separate connection, so call it once, before anything else.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.space.link = Arc::new(Link::new(self.space.link.connector().clone(), timeout));
        self
    }

    /// Returns the store of sessions.
    #[must_use]
    pub fn sessions(&self) -> SharedSessions {
        SharedSessions(self.space.clone())
    }

    /// Returns the store of revocations.
    #[must_use]
    pub fn revocations(&self) -> SharedRevocations {
        SharedRevocations(self.space.clone())
    }

    /// Returns the store of values that count only once.
    #[must_use]
    pub fn replay(&self) -> SharedReplay {
        SharedReplay(self.space.clone())
    }

    /// Returns the store of login attempts. Two sets of accounts that may have the same names need
    /// different prefixes.
    #[must_use]
    pub fn attempts(&self) -> SharedAttempts {
        SharedAttempts(self.space.clone())
    }

    /// Returns the API keys of one kind of principal, such as `machines`. A key of one kind is
    /// unknown to another.
    #[must_use]
    pub fn api_keys<P>(&self, kind: impl Into<String>) -> SharedApiKeys<P> {
        SharedApiKeys::new(self.space.clone(), kind.into())
    }

    /// Checks that the server answers as a primary and does not evict entries, for a readiness
    /// probe.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if requests would get 503, or if revocations could be lost. The
    /// text states the cause.
    pub async fn health(&self) -> Result<(), BackendError> {
        let [] = self.space.link.read([]).await?;
        let checked = self.space.link.call(async |mut connection| Ok(check_eviction(&mut connection).await));
        checked.await?
    }
}
