//! Sessions: users sign in once, and their browser sends a cookie with each later request.
//!
//! `tower-sessions` defines what a session is and where it is stored. authgate records who has
//! signed in to it, and for how long.
//!
//! # Examples
//!
//! ```
//! use authgate::routing::{get, post};
//! use authgate::session::{Account, Accounts, BackendError, Sessions};
//! use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
//! use axum::extract::{FromRef, State};
//!
//! #[derive(authgate::Principal)]
//! struct User {
//!     #[principal(id)]
//!     name: String,
//! }
//!
//! #[derive(Clone)]
//! struct Users;
//!
//! impl Accounts<User> for Users {
//!     async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
//!         // From the database, with the stored hash of the password.
//!         Ok((id == "ada").then(|| Account::new(User { name: id.into() }, "$argon2id$..")))
//!     }
//! }
//!
//! #[derive(Clone, FromRef)]
//! struct App {
//!     gate: Gate<User>,
//!     sessions: Sessions,
//! }
//!
//! #[public(reason = "people sign in here")]
//! async fn login(
//!     caller: Unauthenticated<User>,
//!     State(app): State<App>,
//!     /* Form(form): Form<Login> */
//! ) -> Result<&'static str, Denial> {
//!     // The application has verified the password before.
//!     let Ok(Some(account)) = Users.find("ada").await else { return Ok("no such user") };
//!     app.sessions.sign_in(&caller, "ada", &account).await?;
//!     Ok("welcome")
//! }
//!
//! #[public(reason = "a second sign-out is no mistake")]
//! async fn logout(caller: Unauthenticated<User>, State(app): State<App>) -> Result<&'static str, Denial> {
//!     app.sessions.sign_out(&caller).await?;
//!     Ok("bye")
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.name.clone()
//! }
//!
//! # fn main() -> Result<(), authgate::ConfigError> {
//! let sessions = Sessions::in_memory();
//! let gate = Gate::<User>::builder().scheme(sessions.scheme(Users).realm("app")).build()?;
//! let app: axum::Router = Router::new()
//!     .route("/login", post(login))
//!     .route("/logout", post(logout))
//!     .route("/me", get(me))
//!     .layer(sessions.layer())
//!     .with_state(App { gate, sessions });
//! # Ok(()) }
//! ```
//!
//! # Stores
//!
//! [`Sessions::new`] accepts any store of tower-sessions 0.14:
//!
//! | store | crate | constructor |
//! |---|---|---|
//! | `SQLite` | `tower-sessions-sqlx-store` 0.15, feature `sqlite` | `SqliteStore::new(pool)` |
//! | Postgres | the same, feature `postgres` | `PostgresStore::new(pool)` |
//! | Redis | `tower-sessions-redis-store` 0.16 | `RedisStore::new(pool)` |
//!
//! Call `migrate().await?` on an SQL store once. Delete expired sessions from it in a separate
//! task: `store.clone().continuously_delete_expired(Duration::from_secs(60))`. Redis deletes
//! expired sessions itself.
//!
//! If a store fails or takes longer than two seconds, the response is 503 with `Retry-After`. A
//! failing store never authenticates a caller and never ends a session.
//!
//! # Several gates
//!
//! Customers and staff may share one [`Sessions`] and sign in through separate gates. A sign-in is
//! bound to its gate: to the scheme, the realm, [`Principal::NAME`](crate::Principal::NAME) and the
//! cookie. Every other gate treats the session as one in which no caller has signed in. One session
//! can hold the sign-ins of both gates.
//!
//! Renaming the realm or the principal signs its users out. Two gates with the same realm and the
//! same principal name would share their sign-ins, so [`build`](crate::gate::GateBuilder::build)
//! rejects the second one.
//!
//! When a sign-in ends, by sign-out or expiry, the application's data in the session is cleared.
//! The next user of the browser must not find it.
//!
//! A client with a session's cookie can move the session to another id, by signing in to another
//! gate. A sign-out with the old cookie does not end the moved session. A change of the account's
//! secret source does.
//!
//! Applications that share a store need different realms, or stores with different prefixes. A
//! store does not record which application has written a session.
//!
//! # Recent or strong logins
//!
//! A session may be older than a right allows ([`Fresh`](crate::right::Fresh)), or its login may be
//! weaker ([`Factor`](crate::right::Factor), [`Acr`](crate::right::Acr)). The session remains valid
//! for all other rights.
//!
//! A browser that navigates to a page is redirected to the gate's login page. The query has the
//! target as `return_to`, `reason=step_up_required`, and the requirement as `max_age` in seconds
//! and `acr_values`. All other clients get 401 `step_up_required`.
//!
//! The login page must ask signed-in users for their password too, and for the factors that a
//! stronger class requires. Otherwise, they are redirected to it again. Signing in again renews the
//! session and keeps its data. The login handler states the strength of the login with
//! [`sign_in_with`](Sessions::sign_in_with).
//!
//! # Remembered users
//!
//! [`sign_in_for`](Sessions::sign_in_for) is for "Keep me signed in": the cookie outlives the
//! browser, and the sign-in lasts for the given time. The login remains as old as it is, so rights
//! with [`Fresh`](crate::right::Fresh) ask a remembered user for the password again.
//!
//! # Application data
//!
//! Handlers can extract a [`Session`], the same type as `tower_sessions::Session`, and store data
//! in it, such as a cart or a language. The data is kept at sign-in, under a new id, and deleted at
//! sign-out. Keys that start with `authgate` are reserved.
//!
//! A `#[public]` handler that writes data is not protected against cross-site requests: a page of
//! another site can make a browser send the request. To protect the handler, extract an
//! [`Unauthenticated`](crate::Unauthenticated) and call `refuse_cross_site`.

mod account;
mod binding;
mod cookie;
mod request_session;
mod layer;
mod memory;
mod scheme;
mod sign_in;
mod signed_in;
mod store;
mod strength;

use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

pub use crate::error::BackendError;
pub use account::{Account, Accounts};
pub(crate) use account::{FoundAccount, StoredSignIn};
pub(crate) use binding::{Binding, Space};
pub(crate) use cookie::{SessionCookie, is_carried};
pub use layer::{SessionLayer, WithSession};
pub(crate) use request_session::RequestSession;
pub use scheme::SessionScheme;
pub(crate) use signed_in::{Found, Records};
pub use strength::LoginAssurance;
pub use tower_sessions_core::{Session, SessionStore};

use crate::ConfigError;
use crate::dangerous::{Dangerous, Weaker};
use crate::secret::debug_only;

/// The event for a missing session layer.
pub(crate) const NO_LAYER: &str = "a request has no session: add `.layer(sessions.layer())` to the router, with the \
                                   same `Sessions` as the scheme of the gate";

/// The event for a store that fails.
pub(crate) const NO_ANSWER: &str = "the session store does not answer";

/// The event for a sign-in at a gate without a session scheme.
const NO_SCHEME: &str = "the gate has no session scheme: add `.scheme(sessions.scheme(accounts).realm(\"app\"))` to the gate \
                         whose callers sign in";

/// The sessions of an application: their store, lifetime and cookie.
///
/// The cookie is `__Host-session`, with `Secure`, `Path=/`, `HttpOnly` and `SameSite=Lax`, and
/// without `Domain` (RFC 6265bis section 4.1.3). A browser keeps it until the browser is closed, or
/// for the lifetime of a remembered sign-in ([`sign_in_for`](Self::sign_in_for)). The server
/// decides when a session ends. Over plain HTTP, browsers accept the cookie only from `localhost`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use authgate::session::Sessions;
///
/// let sessions = Sessions::in_memory()
///     .idle(Duration::from_secs(15 * 60))
///     .absolute(Duration::from_secs(8 * 60 * 60));
/// ```
#[derive(Clone)]
pub struct Sessions {
    pub(crate) config: Config,
    store: Arc<store::Shared>,
}

impl Sessions {
    /// Creates sessions in this store.
    ///
    /// Any process that can write to the store can act for its users. Two `Sessions` with the same
    /// store, in one or several processes, must have different cookies or gates with different
    /// realms.
    pub fn new(store: impl SessionStore) -> Self {
        Self { config: Config::default(), store: Arc::new(store::Shared::new(store)) }
    }

    /// Creates sessions in the memory of this process. They are lost when the process ends and are
    /// unknown to other processes.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(memory::MemoryStore::new())
    }

    /// Sets how long an unused session lasts. The default is 30 minutes. A session may end up to a
    /// tenth earlier, because not every use is written to the store.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.config.idle = idle;
        self
    }

    /// Sets the maximum lifetime of a session, counted from sign-in. The default is 12 hours.
    #[must_use]
    pub fn absolute(mut self, absolute: Duration) -> Self {
        self.config.absolute = absolute;
        self
    }

    /// Sets the cookie name after `__Host-`. The default is `session`. All ports of a host share
    /// its cookies, so two applications on one host need different names.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.config.cookie = format!("{}{name}", self.config.prefix()).into();
        self
    }

    /// Creates the session scheme for a gate. `accounts` finds the principals of signed-in users.
    /// The scheme needs a [`realm`](SessionScheme::realm).
    #[must_use]
    pub fn scheme<A>(&self, accounts: A) -> SessionScheme<A> {
        SessionScheme::new(self.clone(), accounts)
    }

    /// Returns `true` if this binding is new to these sessions or was claimed by the same types
    /// before.
    pub(crate) fn claim(&self, binding: &Binding<'_>, types: TypeId) -> bool {
        self.store.claim(binding.parts().map(|(_, part)| part.to_owned()), types)
    }

    /// Returns `true` if the other sessions have the same store and cookie.
    pub(crate) fn are(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.store, &others.store) && self.config.cookie() == others.config.cookie()
    }

    /// Returns the layer for the router.
    #[must_use]
    pub fn layer(&self) -> SessionLayer {
        SessionLayer::new(self.clone())
    }

    /// Takes one setting that is weaker than the default: `.dangerous("reason").without_secure()`.
    pub fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }
}

impl Dangerous<Sessions> {
    /// Sends the cookie without TLS, under its name without `__Host-`. An attacker who can read or
    /// modify the traffic can impersonate signed-in callers.
    ///
    /// Use it for development on a host that is not `localhost`. On `localhost`, browsers and curl
    /// accept secure cookies over plain HTTP.
    #[must_use]
    pub fn without_secure(self) -> Sessions {
        let Self { mut builder, reason } = self;
        let name = builder.config.cookie.strip_prefix(PREFIX).unwrap_or_default().to_owned();
        builder.config.weaker.push(Weaker::new("without_secure", reason));
        builder.named(&name)
    }
}

debug_only! {
    /// Formats no session data.
    [] Sessions { cookie: config.cookie, idle: config.idle, absolute: config.absolute }
}

/// Browsers accept a cookie with this prefix only from the host itself, over TLS and for all paths.
const PREFIX: &str = "__Host-";

/// The configuration of [`Sessions`].
#[derive(Clone)]
pub(crate) struct Config {
    /// Shared, because each request clones it.
    cookie: Arc<str>,
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    /// The settings that are weaker than the default. The only one is a cookie without `Secure`.
    pub(crate) weaker: Vec<Weaker>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            cookie: format!("{PREFIX}session").into(),
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 60 * 60),
            weaker: Vec::new(),
        }
    }
}

impl Config {
    /// Returns the full name of the cookie, such as `__Host-session`.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) const fn is_secure(&self) -> bool {
        self.weaker.is_empty()
    }

    const fn prefix(&self) -> &'static str {
        if self.is_secure() { PREFIX } else { "" }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let name = self.cookie.strip_prefix(self.prefix()).unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            return Err(ConfigError::new(format!(
                "invalid cookie name {name:?}: use letters, digits, `-`, `_` and `.`, such as \
                 `.named(\"shop\")`"
            )));
        }
        if self.idle < Duration::from_secs(1) || self.absolute < self.idle {
            return Err(ConfigError::new(format!(
                "invalid lifetime of a session, {:?} without use and {:?} at most: set at least a second for \
                 `.idle(..)`, and no less for `.absolute(..)`",
                self.idle, self.absolute
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(sessions: &Sessions) -> Result<(), String> {
        sessions.config.check().map_err(|error| error.to_string())
    }

    #[test]
    fn invalid_settings_are_a_config_error() {
        let seconds = Duration::from_secs;
        assert_eq!(checked(&Sessions::in_memory()), Ok(()));
        assert_eq!(checked(&Sessions::in_memory().named("shop.v-2")), Ok(()));
        for (sessions, part) in [
            (Sessions::in_memory().named(""), "invalid cookie name"),
            (Sessions::in_memory().named("a;b"), "invalid cookie name"),
            (Sessions::in_memory().named("a b"), "invalid cookie name"),
            (Sessions::in_memory().idle(Duration::ZERO), "at least a second"),
            (Sessions::in_memory().idle(seconds(20)).absolute(seconds(10)), "no less"),
        ] {
            let error = checked(&sessions).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn insecure_cookie_drops_the_host_prefix() {
        for sessions in [
            Sessions::in_memory().named("shop").dangerous("a laptop").without_secure(),
            Sessions::in_memory().dangerous("a laptop").without_secure().named("shop"),
        ] {
            assert_eq!(checked(&sessions), Ok(()));
            assert_eq!((sessions.config.cookie(), sessions.config.is_secure()), ("shop", false));
        }
    }
}
