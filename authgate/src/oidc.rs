//! Login by an OpenID provider: users sign in elsewhere, and get a session here.
//!
//! [`Login`] sends the browser to the provider, checks the answer, and signs the user in to a
//! session ([`session`](crate::session)). It is a client of the authorization code flow with PKCE
//! (OpenID Connect Core 1.0 section 3.1, RFC 7636, RFC 9700). authgate owns the binding of the flow
//! to the browser and the step into a session. The application owns its accounts, its pages, and
//! every other use of the provider.
//!
//! # Examples
//!
//! ```
//! use authgate::oidc::{CookieKey, Login};
//! use authgate::routing::get;
//! use authgate::scheme::Issuer;
//! use authgate::session::Sessions;
//! use authgate::{Authenticated, ConfigError, Gate, Router};
//!
//! #[derive(authgate::Principal, serde::Deserialize)]
//! struct User {
//!     #[principal(id)]
//!     sub: String,
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.sub.clone()
//! }
//!
//! # struct NoClient;
//! # impl authgate::oauth::Fetch for NoClient {
//! #     async fn fetch(
//! #         &self,
//! #         _: axum::http::Request<axum::body::Bytes>,
//! #     ) -> Result<axum::http::Response<axum::body::Bytes>, authgate::oauth::BackendError> {
//! #         Err(authgate::oauth::BackendError::new("offline"))
//! #     }
//! # }
//! fn app(secret: String, cookie_key: &str) -> Result<axum::Router, ConfigError> {
//!     let provider = Issuer::discover("https://id.example");
//! #   let provider = provider.fetched_by(NoClient);
//!     let login = Login::with(provider)
//!         .client("web", secret)
//!         .origin("https://app.example")
//!         .cookie_key(CookieKey::new(cookie_key)?)
//!         .claims::<User>()?;
//!     let sessions = Sessions::in_memory();
//!     let gate = Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build()?;
//!     Ok(Router::new()
//!         .route("/me", get(me))
//!         .merge(login.routes(&sessions))
//!         .layer(sessions.layer())
//!         .with_state(gate))
//! }
//! # app("a secret".to_owned(), "a secret of at least 32 random bytes").unwrap();
//! ```
//!
//! # Routes
//!
//! | route | effect |
//! |---|---|
//! | `GET /login` | redirects the browser to the provider. It sets a cookie and changes nothing else |
//! | `GET /callback` | checks the answer of the provider, signs the user in, and returns to the page that required the login |
//! | `POST /logout` | ends the session, and then that at the provider. A page of another site cannot cause it |
//! | `POST /backchannel-logout` | ends sessions that the provider names |
//!
//! [`LoginBuilder`] sets other paths. The login page of the gate is `/login`, unless
//! [`login_page`](crate::gate::GateBuilder::login_page) sets another one.
//!
//! # Responses of the callback
//!
//! | answer of the provider | response |
//! |---|---|
//! | valid | 303 to the page that required the login, with a new session id |
//! | of another browser, unsolicited, replayed, too late, or of another provider | 401 `credentials_rejected` or `credentials_wrong_issuer` |
//! | an ID token that is not valid for this login | 401 with the reason |
//! | a login that is older or weaker than required | 401 `step_up_required` |
//! | the user must interact, after `prompt=none` | 401 `credentials_missing` |
//! | the user or the provider refuses | 403 `login_refused` |
//! | a user whom [`Resolve`](crate::Resolve) does not accept | 403 |
//! | the provider or a store does not respond | 503 with `Retry-After` |
//!
//! The response never repeats text of the request. An event on `authgate::authentication` names the
//! check that failed, and an event on `authgate::oidc` a failure of the provider. Neither has a
//! code, a state or a token.

mod authorization;
mod back_channel;
mod builder;
mod callback;
mod cookie_key;
mod either_login;
mod id_token;
mod login;
mod parameters;
mod principals;
mod routes;
mod sign_out;
mod token_request;
mod transaction;

pub use builder::LoginBuilder;
pub use cookie_key::CookieKey;
pub use either_login::LoginOr;
pub use login::Login;
