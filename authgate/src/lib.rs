//! Authentication and authorization for axum, stated in a handler's signature and checked by the
//! compiler.
//!
//! ```
//! use authgate::routing::get;
//! use authgate::{Authenticated, Authorized, Gate, Roles, Router, public, requires};
//!
//! #[derive(authgate::Role)]
//! pub enum Role {
//!     Viewer,
//!     #[role(implies(Viewer))]
//!     Admin,
//! }
//!
//! #[derive(authgate::Principal, serde::Deserialize)]
//! #[principal(role = Role)]
//! pub struct User {
//!     #[principal(id)]
//!     pub sub: String,
//!     #[principal(roles)]
//!     #[serde(default)]
//!     roles: Roles<Role>,
//! }
//!
//! #[public(reason = "load balancer probe")]
//! async fn health() -> &'static str {
//!     "ok"
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.sub.clone()
//! }
//!
//! #[requires(role = "admin")]
//! async fn purge(admin: Authorized<_>) -> String {
//!     format!("purged by {}", admin.sub)
//! }
//!
//! /// The router's state is the gate, or a type that contains it.
//! fn routes() -> Router<Gate<User>> {
//!     Router::new()
//!         .route("/health", get(health))
//!         .route("/me", get(me))
//!         .route("/purge", get(purge))
//! }
//! ```
//!
//! # The flow
//!
//! ```text
//! request -> credentials -> authentication -> authorization -> handler
//!                 \               \                 \
//!                  +---------------+-----------------+--> denial -> response
//!
//! Unauthenticated<P>  --authenticate-->  Authenticated<P>  --authorize::<R>-->  Authorized<R>
//!                                                          --over a resource-->   Granted<R, T>
//! ```
//!
//! The main modules and types:
//!
//! - [`credentials`]: no credential, one, or more than one, in a request.
//! - [`scheme`]: turns credentials into an identity: [`Bearer`](scheme::Bearer), or a custom
//!   [`Scheme`](scheme::Scheme). [`manual::providers`] shows principals for the tokens of common
//!   providers.
//! - [`gate`]: runs the schemes of an application and reaches one verdict. A [`Gate`] lives in the
//!   router's state.
//! - [`Unauthenticated`], [`Authenticated`], [`Authorized`], [`Granted`]: the proofs, which only
//!   authgate creates. A function that takes a proof cannot be called without one
//!   ([`manual::service_layer`]). A WebSocket or a stream of events ends with the credential:
//!   [`manual::connections`].
//! - [`right`]: the requirements on a caller, as types: [`derive@Role`], [`derive@Scope`],
//!   [`derive@Permission`], [`derive@Principal`]; [`All`](right::All),
//!   [`Any`](right::Any), [`Not`](right::Not); [`In`](right::In) a tenant; [`Fresh`](right::Fresh),
//!   [`Acr`](right::Acr), [`Factor`](right::Factor); [`ViaScheme`](right::ViaScheme),
//!   [`FromIssuer`](right::FromIssuer); custom requirements with [`derive@Right`] and
//!   [`Requirement`](right::Requirement).
//! - [`Resource`], [`Policy`] and [`resource`]: rights on the resource of a request; and
//!   [`visible`], lists that the same policies filter.
//! - [`handler`]: the first parameter of a handler is its declaration. It is checked before any
//!   other parameter is extracted.
//! - [`Router`] and [`routing`]: axum's, for handlers with a declaration only.
//! - [`Denial`]: the response to a denied request.
//! - [`access`]: every route with its rule, as data: locked, compared, published. Tools use it as
//!   the package `authgate-access`, without axum.
//! - `oauth`: issuers whose keys are fetched, protected resources and DPoP. The chapter
//!   `manual::oauth` shows how they are used together.
//! - `oidc`: login by an OpenID provider. The chapter `manual::login` describes the whole flow.
//! - `testing`: a probe of every route with every kind of caller, and callers for an application's
//!   own tests.
//! - [`danger`]: everything that is weaker than the default.
//!
//! # Code that does not compile
//!
//! - a route whose handler has no declaration, or has it after another parameter;
//! - a right that does not exist;
//! - a rule that no caller, or every caller, satisfies;
//! - a state without the gate;
//! - a proof that is created by hand, and a proof over another resource;
//! - a `Bearer` without an audience.
//!
//! ```compile_fail
//! use axum::extract::Path;
//!
//! async fn report(Path(id): Path<u64>) -> String {
//!     format!("report {id}")
//! }
//!
//! // error: this handler does not declare who may call it
//! let routes: authgate::Router = authgate::Router::new().route("/reports/{id}", authgate::routing::get(report));
//! ```
//!
//! # Responses
//!
//! 401 asks the client to authenticate, and its challenges state how. 403 denies an authenticated
//! caller. The reason is a member of the problem document (RFC 9457) and of the log event. Each
//! denial has `Cache-Control: no-store`.
//!
//! | the caller | status | `WWW-Authenticate` | `reason` |
//! |---|---|---|---|
//! | sends no credentials, or only credentials of schemes that are not accepted | 401 | each scheme's, without `error` | `credentials_missing` |
//! | sends a malformed credential | 401 | `error="invalid_token"` | `credentials_malformed` |
//! | sends an expired credential | 401 | `error="invalid_token"` | `credentials_expired` |
//! | sends one that is not yet valid | 401 | `error="invalid_token"` | `credentials_not_yet_valid` |
//! | sends one with a wrong signature, an unknown key or another kind | 401 | `error="invalid_token"` | `credentials_rejected` |
//! | sends one of an issuer that the gate does not trust | 401 | `error="invalid_token"` | `credentials_wrong_issuer` |
//! | sends one for another audience | 401 | `error="invalid_token"` | `credentials_wrong_audience` |
//! | sends a revoked credential | 401 | `error="invalid_token"` | `credentials_revoked` |
//! | sends a DPoP proof that is missing, invalid or a replay | 401 | `DPoP` with `error="invalid_dpop_proof"` | `proof_invalid` |
//! | sends a DPoP proof without a current nonce | 401 | `DPoP` with `error="use_dpop_nonce"`, and `DPoP-Nonce` | `proof_nonce_missing` |
//! | sends two credentials | 400 | `error="invalid_request"` | `credentials_ambiguous` |
//! | is authenticated, and only a more recent or stronger login is missing | 401 | `error="insufficient_user_authentication"`, with `max_age` and `acr_values` | `step_up_required` |
//! | is authenticated, and only scopes are missing | 403 | `error="insufficient_scope"`, with the scopes | `scope_missing` |
//! | is authenticated, and lacks a role | 403 | none | `role_missing` |
//! | lacks a permission | 403 | none | `permission_missing` |
//! | lacks the approval of a policy or a custom requirement | 403 | none | `policy_denied`, or its own |
//! | holds a right that the rule excludes | 403 | none | `excluded` |
//! | used a scheme that the rule does not accept | 403 | none | `scheme_not_accepted` |
//! | has the credential of another issuer than the rule requires (`issuer = ".."`) | 403 | none | `issuer_not_accepted` |
//! | requests a resource that does not exist, or is concealed | 404 | none | `not_found` |
//! | has a valid credential, but no account here (`Bearer::resolve`) | 403 | none | `account_unknown`, or the application's own |
//! | is a browser that a page of another site made send its user's credential | 403 | none | `cross_site` |
//! | has tried too often to log in, where the application limits it (`scheme::attempts`) | 429 | none, but `Retry-After` | `too_many_attempts` |
//! | cannot be judged, because a backend does not respond | 503 | none, but `Retry-After` | `undecided` |
//! | signs in by a provider, and the user or the provider refuses (`oidc`) | 403 | none | `login_refused` |
//! | logs in while too many other logins are waiting | 503 | none, but `Retry-After` | `busy` |
//! | cannot be judged, because the deciding code panicked | 500 | none | `failed` |
//!
//! The body for an authenticated caller also contains the id of the decision (`decision`), which is
//! in the log event with the evaluated rule. A 404 has no id, because it must reveal nothing.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `asymmetric` (default) | signatures with key pairs, PEM keys and JWK Sets, with the fastest implementation: `aws-lc`. Without it: HS256, HS384 and HS512 |
//! | `aws-lc` | RS*, PS*, ES* with `aws-lc-rs`, which requires a C compiler, and `EdDSA` |
//! | `rust-crypto` | the same in Rust alone; `aws-lc` takes precedence if both are enabled |
//! | `dalek` | `EdDSA` alone, with `ed25519-dalek` |
//! | `request-info` (default) | the route's pattern and the peer's address in log events; with the features `matched-path` and `tokio` of axum, which axum has by default |
//! | `password` | the module `password`: passwords against stored hashes, off the async threads, and users from an htpasswd file |
//! | `digest` | `scheme::Digest`: password authentication without sending the password |
//! | `api-key` | `scheme::ApiKey`: API keys in a header field |
//! | `rotation` | `scheme::RotatingKeys`: keys that are replaced while the service runs |
//! | `oauth` | the module `oauth`: issuers whose keys are fetched, refreshed and rotated, introspection, protected resources, and `oauth::Dpop` |
//! | `fetch` | `oauth::HttpClient`: the client that fetches them, with hyper and rustls, which require a C compiler |
//! | `cache` | `Bearer::cached`: verified tokens are not verified again |
//! | `session` | the module `session`: sessions in cookies, with any store of tower-sessions |
//! | `oidc` | the module `oidc`: login by an OpenID provider, over `oauth` and `session` |
//! | `proxy` | `danger::TrustedProxy`, for a proxy that authenticates callers |
//! | `table` | formats of the access table: `access::lock` and the meaning of its changes, JSON, Markdown, a page, lints, OpenAPI |
//! | `testing` | the module `testing`, for `[dev-dependencies]`: the lock in a test, the probe, principals and gates for tests |
//! | `utoipa` | an OpenAPI document of `utoipa` 6, completed by `access::openapi` |
//!
//! Features add, and change nothing that exists without them. Items of a feature have a badge with
//! its name. Items of `table` have the badge `documents`, which is its name in `authgate-access`.
//!
//! [`manual::cryptography`] describes the implementations of cryptography, their speed and their
//! weight. [`manual::cost`] lists the cost of each step of a request, and [`manual::load`] the
//! bounds on the work that a client can cause.
//!
//! The minimum supported Rust version is 1.89.
//!
//! # The manual
//!
//! [`manual::convert`] converts an axum application step by step, and `manual::migrate` has tables
//! for applications with other libraries. `manual::accounts`, `manual::sessions`, `manual::login`
//! and `manual::testing` are about accounts in a database, login forms, login by a provider and
//! tests.

#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate self as authgate;

pub mod access;
mod error;
mod dangerous;
mod secret;
mod log;
mod guard;
mod test_hooks;
pub mod right;
pub mod credentials;
#[cfg(feature = "oauth")]
mod fetch;
mod jws;
pub mod denial;
pub mod scheme;
#[cfg(feature = "oauth")]
pub mod oauth;
#[cfg(feature = "password")]
pub mod password;
pub mod gate;
mod proof;
#[cfg(feature = "session")]
pub mod session;
pub mod handler;
mod router;
#[cfg(feature = "oidc")]
pub mod oidc;
pub mod danger;
#[cfg(feature = "testing")]
pub mod testing;
mod private;
pub mod manual;
/// Items for the output of the macros. They may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

#[doc = include_str!("macros/permission.md")]
pub use authgate_macros::Permission;
#[doc = include_str!("macros/principal.md")]
pub use authgate_macros::Principal;
#[doc = include_str!("macros/right.md")]
pub use authgate_macros::Right;
#[doc = include_str!("macros/role.md")]
pub use authgate_macros::Role;
#[doc = include_str!("macros/scope.md")]
pub use authgate_macros::Scope;
#[doc = include_str!("macros/public.md")]
pub use authgate_macros::public;
#[doc = include_str!("macros/requires.md")]
pub use authgate_macros::requires;
pub use denial::respond::Denial;
pub use error::ConfigError;
pub use gate::decide::Gate;
pub use gate::has_gate::HasGate;
pub use handler::either::Either;
#[cfg(feature = "oauth")]
pub use proof::PresentedToken;
pub use proof::resource::{Policy, Resource};
pub use proof::visible;
pub use proof::{Authenticated, Authorized, Caller, Granted, Proof, ProofRef, Unauthenticated};
pub use right::context::Context;
pub use right::decision::Decision;
pub use right::principal::Principal;
pub use right::set::{Permissions, Roles, Scopes};
pub use router::{MethodRouter, Router, routing};
pub use scheme::resolve::Resolve;

pub mod resource {
    //! Resources that the path of a route names, and rights over them.

    pub use crate::proof::resource::{Async, AsyncPolicy, Child, Edit, Loaded, Nested, NoResource, On};
    pub use crate::proof::{AuthorizedOn, Concealed, ConcealedUnless, With};
}
