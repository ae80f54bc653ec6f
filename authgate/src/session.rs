//! Sessions: people sign in once, and their browser sends a cookie from then on.
//!
//! What a session is, and where it is kept, is `tower-sessions`'; who has signed in to it, and for how long, is ours.
//!
//! ```
//! use authgate::routing::{get, post};
//! use authgate::session::{Account, Accounts, Sessions, Unavailable};
//! use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
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
//!     async fn find(&self, id: &str) -> Result<Option<Account<User>>, Unavailable> {
//!         // From the database, with the stored hash of the password.
//!         Ok((id == "ada").then(|| Account::new(User { name: id.into() }, "$argon2id$..")))
//!     }
//! }
//!
//! #[public(reason = "people sign in here")]
//! async fn login(caller: Unauthenticated<User>, /* Form(form): Form<Login> */) -> Result<&'static str, Denial> {
//!     // The application has compared the password by now.
//!     let Ok(Some(account)) = Users.find("ada").await else { return Ok("no such user") };
//!     caller.sign_in("ada", &account).await?;
//!     Ok("welcome")
//! }
//!
//! #[public(reason = "a second sign-out is no mistake")]
//! async fn logout(caller: Unauthenticated<User>) -> Result<&'static str, Denial> {
//!     caller.sign_out().await?;
//!     Ok("bye")
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.name.clone()
//! }
//!
//! # fn main() -> Result<(), authgate::ConfigError> {
//! let sessions = Sessions::in_memory();
//! let gate = Gate::<User>::builder().scheme(sessions.scheme("app", Users)).build()?;
//! let app: axum::Router = Router::new()
//!     .route("/login", post(login))
//!     .route("/logout", post(logout))
//!     .route("/me", get(me))
//!     .layer(sessions.layer())
//!     .with_state(gate);
//! # Ok(()) }
//! ```
//!
//! # Stores
//!
//! [`Sessions::new`] takes any store of tower-sessions 0.14:
//!
//! | | crate | |
//! |---|---|---|
//! | `SQLite` | `tower-sessions-sqlx-store` 0.15, feature `sqlite` | `SqliteStore::new(pool)`, once `migrate().await?` |
//! | Postgres | the same, feature `postgres` | `PostgresStore::new(pool)`, once `migrate().await?` |
//! | Redis | `tower-sessions-redis-store` 0.16 | `RedisStore::new(pool)`; Redis forgets by itself what is over |
//!
//! An SQL store is told to delete what is over, in a task of its own, from time to time:
//! `store.clone().continuously_delete_expired(Duration::from_secs(60))`. A store that fails, or takes longer than two
//! seconds, makes the answer 503 with `Retry-After`, and nobody is let in or sent away by mistake.
//!
//! # Several gates
//!
//! Customers and staff may share one [`Sessions`] and sign in through a gate each. A sign-in is bound to its gate: to the
//! scheme, the realm, [`Principal::NAME`](crate::Principal::NAME) and the cookie. For every other gate the session is one in
//! which no caller has signed in, and both sign-ins can live in one session. To rename the realm or the principal signs its
//! users out. Two gates with the same realm and a principal of the same name would share their sign-ins;
//! [`build`](crate::gate::GateBuilder::build) rejects the second one.
//!
//! When one of them ends, by sign-out or because it has expired, the application's data in the session is cleared: the next user
//! of the browser must not find it. A client that holds a session's cookie can move the session to another id, by signing in to
//! another gate. A sign-out with the old cookie does not reach it then; another secret source does.
//!
//! Applications that share a store need different realms, or stores with a prefix of their own: a store does not say which
//! application has written a session.
//!
//! # A login that has to be recent, or strong
//!
//! A session that is older than a right allows ([`Fresh`](crate::Fresh)), or whose login was weaker ([`Factor`](crate::Factor),
//! [`Acr`](crate::Acr)), is good for everything else. A browser on its way to a page is sent to the gate's login page, with the
//! target as `return_to`, with `reason=step_up_required`, and with what would do, `max_age` in seconds and `acr_values`: a login
//! page that greets those who have signed in must ask these for their password all the same, and for what a stronger class
//! takes, or they are sent there again. Signing in again makes the session as good as new, and keeps what is in it. How strongly
//! somebody has signed in is for the login handler to say, by [`sign_in_with`](crate::Unauthenticated::sign_in_with). Every
//! other client gets 401 `step_up_required`.
//!
//! # What else a session holds
//!
//! Handlers take a [`Session`] (the type that is `tower_sessions::Session`, too) and put into it what they like: a cart,
//! a language. It outlives sign-in, under a new id, and ends with sign-out. `authgate` is the one name in it that is
//! taken. What a `#[public]` handler writes there is not guarded: a page of another site can make a browser send it,
//! unless the handler takes an [`Unauthenticated`](crate::Unauthenticated) and calls `refuse_cross_site`.

mod account;
mod binding;
mod cookie;
mod in_request;
mod layer;
mod memory;
mod scheme;
mod sign_in;
mod signed_in;
mod store;
mod strength;

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use crate::scheme::Binding;
pub use account::{Account, Accounts, Unavailable};
pub(crate) use cookie::{Carried, is_carried};
pub(crate) use in_request::InRequest;
pub use layer::{SessionLayer, WithSession};
pub use scheme::SessionScheme;
pub(crate) use signed_in::{Found, Records};
pub use strength::Strength;
pub use tower_sessions_core::{Session, SessionStore};

use crate::ConfigError;

/// What is wrong where the layer is missing.
pub(crate) const NO_LAYER: &str = "a request has come without its session: put `.layer(sessions.layer())` around the \
                                   router, of the same `Sessions` as the gate's scheme";

/// The event of a store that fails.
pub(crate) const NO_ANSWER: &str = "the store of sessions does not answer";

/// The event of a sign-in that no scheme of the gate could read.
const NO_SCHEME: &str = "the gate has no session scheme: add `.scheme(sessions.scheme(\"app\", accounts))` to the gate \
                         whose callers sign in";

/// The sessions of an application: where they are kept, how long they last, and what their cookie is called.
///
/// The cookie is `__Host-session`, with `Secure`, `Path=/`, `HttpOnly` and `SameSite=Lax`, and without `Domain`
/// (RFC 6265bis section 4.1.3, `standards.md` row 93). A browser keeps it until it is closed; when a session ends is
/// for the server to say. Over plain HTTP browsers take it from `localhost` alone.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) config: Config,
    store: Arc<store::Shared>,
}

impl Sessions {
    /// Creates sessions in this store.
    ///
    /// Whoever writes to the store can act for its users. Two `Sessions` over one store, in this or in another process, must
    /// differ in their cookies, or their gates in realms.
    pub fn new(store: impl SessionStore) -> Self {
        Self { config: Config::default(), store: Arc::new(store::Shared::new(store)) }
    }

    /// Sessions in the memory of this process: gone when it ends, and unknown to other processes.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(memory::MemoryStore::new())
    }

    /// How long a session lasts that is not used: 30 minutes, if it is not set. Up to a tenth less, since not every use
    /// is written down.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.config.idle = idle;
        self
    }

    /// How long a session lasts at most, from sign-in on: 12 hours, if it is not set.
    #[must_use]
    pub fn absolute(mut self, absolute: Duration) -> Self {
        self.config.absolute = absolute;
        self
    }

    /// What the cookie is called, after `__Host-`: `session`, if it is not set. Cookies of a host are the same for all
    /// its ports, so that two applications on one host need two names.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.config.cookie = format!("{}{name}", self.config.prefix());
        self
    }

    /// The scheme for the gate: who has signed in, as these accounts know him. The realm is what is protected, as
    /// people call it (RFC 9110 section 11.5).
    #[must_use]
    pub fn scheme<A>(&self, realm: impl Into<String>, accounts: A) -> SessionScheme<A> {
        SessionScheme::new(self.clone(), realm.into(), accounts)
    }

    /// Returns `true` if this binding is new to these sessions or was claimed by the same types before.
    pub(crate) fn claim(&self, binding: &Binding<'_>, types: TypeId) -> bool {
        self.store.claim(binding.parts().map(|(_, part)| part.to_owned()), types)
    }

    /// The layer for the router.
    #[must_use]
    pub fn layer(&self) -> SessionLayer {
        SessionLayer::new(self.clone())
    }

    /// What [`danger`](crate::danger) does.
    pub(crate) fn loosen_secure(mut self, reason: &'static str) -> Self {
        let name = self.config.cookie.strip_prefix(PREFIX).unwrap_or_default().to_owned();
        self.config.without_secure = Some(reason);
        self.named(&name)
    }
}

/// Prints no session.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("cookie", &self.config.cookie)
            .field("idle", &self.config.idle)
            .field("absolute", &self.config.absolute)
            .finish_non_exhaustive()
    }
}

/// Browsers take a cookie of such a name only from the host itself, over TLS, and for all paths.
const PREFIX: &str = "__Host-";

/// What is set of sessions.
#[derive(Clone)]
pub(crate) struct Config {
    cookie: String,
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    /// Why the cookie may go in clear.
    without_secure: Option<&'static str>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            cookie: format!("{PREFIX}session"),
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 60 * 60),
            without_secure: None,
        }
    }
}

impl Config {
    /// The cookie's name.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) const fn is_secure(&self) -> bool {
        self.without_secure.is_none()
    }

    const fn prefix(&self) -> &'static str {
        if self.is_secure() { PREFIX } else { "" }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let name = self.cookie.strip_prefix(self.prefix()).unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            return Err(ConfigError::new(format!(
                "{name:?} cannot be the name of a cookie: keep to letters, digits, `-`, `_` and `.`, as in \
                 `.named(\"shop\")`"
            )));
        }
        if self.idle < Duration::from_secs(1) || self.absolute < self.idle {
            return Err(ConfigError::new(format!(
                "a session that ends after {:?} without use and after {:?} at most cannot be kept up: let `.idle(..)` \
                 be a second at least, and `.absolute(..)` no less",
                self.idle, self.absolute
            )));
        }
        if let Some(reason) = self.without_secure {
            if crate::const_text::is_blank(reason) {
                return Err(ConfigError::new(
                    "`danger` takes a reason: write why `without_secure` is all right here, for those who review it",
                ));
            }
            tracing::warn!(target: "authgate::gate", what = "without_secure", reason, "sessions are weaker than the default");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::danger::LoosenSessions as _;

    fn checked(sessions: &Sessions) -> Result<(), String> {
        sessions.config.check().map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_work_is_said() {
        let seconds = Duration::from_secs;
        assert_eq!(checked(&Sessions::in_memory()), Ok(()));
        assert_eq!(checked(&Sessions::in_memory().named("shop.v-2")), Ok(()));
        for (sessions, part) in [
            (Sessions::in_memory().named(""), "name of a cookie"),
            (Sessions::in_memory().named("a;b"), "name of a cookie"),
            (Sessions::in_memory().named("a b"), "name of a cookie"),
            (Sessions::in_memory().idle(Duration::ZERO), "a second at least"),
            (Sessions::in_memory().idle(seconds(20)).absolute(seconds(10)), "no less"),
            (Sessions::in_memory().without_secure(" "), "takes a reason"),
        ] {
            let error = checked(&sessions).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_cookie_in_clear_cannot_be_taken_for_another() {
        for sessions in [
            Sessions::in_memory().named("shop").without_secure("a laptop"),
            Sessions::in_memory().without_secure("a laptop").named("shop"),
        ] {
            assert_eq!(checked(&sessions), Ok(()));
            assert_eq!((sessions.config.cookie(), sessions.config.is_secure()), ("shop", false));
        }
    }
}
