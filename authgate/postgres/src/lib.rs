//! The state of [authgate] that several processes share, in a PostgreSQL server:
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
//! use authgate_postgres::Shared;
//!
//! #[derive(authgate::Principal, serde::Deserialize)]
//! struct User {
//!     #[principal(id)]
//!     sub: String,
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let shared = Shared::connect("postgres://shop@localhost/shop")?.prefix("shop");
//! shared.migrate().await?;
//! tokio::spawn(shared.clone().delete_expired_every(Duration::from_secs(600)));
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
//! | state | for | table | while the server is not available |
//! |---|---|---|---|
//! | [`Shared::sessions`] | [`Sessions::new`](authgate::session::Sessions::new) | `authgate_sessions` | 503 for requests with a session cookie |
//! | [`Shared::revocations`] | [`Bearer::revoked_by`](authgate::scheme::Bearer::revoked_by), `oidc::LoginBuilder::ended_by` | `authgate_revocations` | 503 for valid tokens |
//! | [`Shared::replay`] | `Dpop::replay`, `Digest::replay`, `oidc::LoginBuilder::used` | `authgate_once` | 503 for valid proofs |
//! | [`Shared::attempts`] | [`AttemptLimits::new`](authgate::scheme::attempts::AttemptLimits::new) | `authgate_guesses`, `authgate_known_clients` | 503 for logins |
//! | [`Shared::api_keys`] | [`ApiKey::header`](authgate::scheme::ApiKey::header) | `authgate_api_keys` | 503 for API keys |
//!
//! The tables contain no session ids, token ids, names and keys in clear text: their keys are
//! hashes. The data of sessions, and the principals of API keys, are in clear text.
//!
//! # The server
//!
//! PostgreSQL 12 or later, one primary server. [`Shared::migrate`] creates the tables. A standby or
//! a read-only server is an error, also for lookups, because it may lack entries.
//!
//! - **`synchronous_commit`** must stay `on`. Without it, a crash loses revocations that were
//!   acknowledged. With a standby that can become the primary, a synchronous one keeps them in a
//!   failover.
//! - **Synchronized clocks**, to within a minute. Periods of login attempts are measured with the
//!   clock of the server. Revocations and used values are kept until one minute after their end, by
//!   the clock of the process or of the server, whichever keeps them longer. A session ends by the
//!   clock that is further ahead.
//! - **An account with few rights**: to read and write the tables. An attacker who can write to
//!   them can sign in as any caller.
//! - A pooler such as `PgBouncer` must keep the settings of a session, so use its session mode.
//!
//! # Failures
//!
//! A call takes at most one second ([`Shared::timeout`]), including a new connection. The server
//! ends a query after the same time. A process has at most four connections, on which queries are
//! pipelined: one for lookups, and three for statements that write to the disk. A connection is
//! opened by the first call, and again after it was lost. After a failed attempt, calls return an
//! error at once, for 50 milliseconds at first and for at most one second. So a program starts
//! while the server is down, and recovers within about a second.
//!
//! A call that timed out may still have an effect. A value for replay protection can then be
//! recorded for a request that got 503, so the client must sign a new one. A revocation is repeated
//! without harm. A save of a session never revives a deleted one.
//!
//! Events have the target `authgate_postgres`.
//!
//! # TLS
//!
//! [`Shared::connect`] has no TLS. [`Shared::connect_with`] takes a connector, such as those of the
//! packages `tokio-postgres-rustls` and `postgres-native-tls`.

mod api_keys;
mod attempts;
mod link;
mod maintenance;
mod replay;
mod revocations;
mod server;
mod sessions;
mod space;

use std::sync::Arc;
use std::time::Duration;

use authgate::ConfigError;
use authgate::scheme::BackendError;
use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};

pub use api_keys::SharedApiKeys;
pub use attempts::SharedAttempts;
pub use replay::SharedReplay;
pub use revocations::SharedRevocations;
use server::{Links, Server};
pub use sessions::SharedSessions;
use space::Space;

/// The maximum time of one call. It is below the timeout of the gate, so that the cause is logged.
const TIMEOUT: Duration = Duration::from_secs(1);

/// State that all processes with the same database and prefix share.
///
/// Clones share the connections. The [documentation of the crate](crate) describes the required
/// settings of the server.
///
/// # Examples
///
/// ```
/// use authgate::session::Sessions;
/// use authgate_postgres::Shared;
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// let shared = Shared::connect("postgres://shop@localhost/shop")?.prefix("shop");
/// let sessions = Sessions::new(shared.sessions());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Shared {
    space: Space,
}

impl Shared {
    /// Creates the state for a server, such as `postgres://user:password@host:5432/database`. The
    /// first call connects, so the server may be down.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the URL is malformed, or if it requires TLS. The error does not
    /// contain the URL.
    pub fn connect(url: &str) -> Result<Self, ConfigError> {
        Server::of_url(url, TIMEOUT).map(|server| Self::of(&server))
    }

    /// Creates the state for a server with TLS. See [`connect`](Self::connect). The server must
    /// accept TLS, unless the URL has `sslmode=disable`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the URL is malformed. The error does not contain the URL.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::ConfigError;
    /// use authgate_postgres::Shared;
    /// use tokio_postgres::NoTls;
    ///
    /// /// With a connector of another package instead of `NoTls`.
    /// fn shared() -> Result<Shared, ConfigError> {
    ///     Shared::connect_with("postgres://shop@localhost/shop", NoTls)
    /// }
    /// ```
    pub fn connect_with<T>(url: &str, tls: T) -> Result<Self, ConfigError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Server::with_tls(url, tls, TIMEOUT).map(|server| Self::of(&server))
    }

    fn of(server: &Server) -> Self {
        let links = Arc::new(Links::new(server));
        Self { space: Space { links, app: Arc::from("authgate") } }
    }

    /// Sets the name of the application in the tables. Defaults to `authgate`.
    ///
    /// Applications that share a database need different names. Otherwise, they share sessions and
    /// API keys, too.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.space.app = Arc::from(prefix);
        self
    }

    /// Sets the maximum time of one call. Defaults to one second. It should be below the
    /// [timeout of the gate](authgate::gate::GateBuilder::timeout).
    ///
    /// Opens separate connections, so call it once, before anything else.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let server = self.space.links.server().with_timeout(timeout);
        self.space.links = Arc::new(Links::new(&server));
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

    /// Checks that the server answers, can be written to and has the tables, for a readiness probe.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if requests would get 503. The text states the cause.
    pub async fn health(&self) -> Result<(), BackendError> {
        let query = "SELECT current_setting('transaction_read_only') = 'on', version FROM authgate_schema";
        self.space.links.read(query, &[]).await.map(drop)
    }
}
