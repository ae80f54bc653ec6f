//! Authentication and authorization for axum, stated in a handler's signature and checked by the compiler.
//!
//! ```
//! use authgate::routing::get;
//! use authgate::{Authenticated, Authorized, Router, public, requires};
//! # #[derive(authgate::Role)]
//! # pub enum Role { Viewer, #[role(implies(Viewer))] Admin }
//! # #[derive(authgate::Principal, serde::Deserialize)]
//! # #[principal(role = Role)]
//! # pub struct User { #[principal(id)] pub sub: String, #[principal(roles)] #[serde(default)] roles: authgate::Roles<Role> }
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
//! # fn routes<S: authgate::HasGate<User> + Clone + Send + Sync + 'static>() -> Router<S> {
//! Router::new().route("/health", get(health)).route("/me", get(me)).route("/purge", get(purge))
//! # }
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
//! The modules stand below in this order.
//!
//! - [`credentials`]: what a request presents. Nothing, one credential, or more than one.
//! - [`scheme`]: how a credential is believed: [`Bearer`](scheme::Bearer), or a [`Scheme`](scheme::Scheme) of your own.
//! - [`gate`]: the schemes of an application, asked for one verdict. A [`Gate`] lives in the router's state.
//! - [`Unauthenticated`], [`Authenticated`], [`Authorized`], [`Granted`]: the proofs. Values that only authgate makes; a
//!   function deep in the service layer that takes one cannot be reached without ([`manual::service_layer`]).
//! - [`right`]: what may be asked of a caller, as types: [`derive@Role`], [`derive@Scope`], [`derive@Permission`],
//!   [`derive@Principal`]; [`All`], [`Any`], [`Not`]; [`In`] a tenant; [`Fresh`], [`Acr`], [`Factor`]; requirements of your own,
//!   [`derive@Right`] and [`Requirement`].
//! - [`Resource`], [`Nested`], [`Policy`], [`AsyncPolicy`]: rights over the very thing that a request is about; and
//!   [`visible`], lists that are narrowed by the same.
//! - [`handler`]: a handler's first parameter is its declaration. It is extracted, and decided on, before anything else.
//! - [`Router`] and [`routing`]: axum's, for handlers that declare who may call them, and for no others.
//! - [`Denial`]: what goes out when the answer is no.
//! - [`access`]: every route with who may call it, as data: locked, compared, published.
//! - `testing`: proved, by asking every route as everybody; and callers for an application's own tests.
//! - [`danger`]: everything that is weaker than the default.
//!
//! # What does not compile
//!
//! A route whose handler declares nothing, or declares it after another parameter; a right that does not exist; a rule that
//! nobody can meet, or everybody does; a state without the gate; a proof that is made by hand, or one over another thing; a
//! `Bearer` without an audience.
//!
//! ```compile_fail
//! # use axum::extract::Path;
//! async fn report(Path(id): Path<u64>) -> String {
//!     format!("report {id}")
//! }
//!
//! // error: this handler does not declare who may call it
//! let routes: authgate::Router = authgate::Router::new().route("/reports/{id}", authgate::routing::get(report));
//! ```
//!
//! # What goes out
//!
//! 401 says "prove who you are" and tells how; 403 says "I know you, and no". The reason is a member of the problem
//! document (RFC 9457) and of the operator's event. Each denial is `Cache-Control: no-store`.
//!
//! | the caller | status | `WWW-Authenticate` | `reason` |
//! |---|---|---|---|
//! | sends no credentials, or none of a scheme that is taken | 401 | each scheme's, without `error` | `credentials_missing` |
//! | sends a malformed credential | 401 | `error="invalid_token"` | `credentials_malformed` |
//! | sends one that is expired | 401 | `error="invalid_token"` | `credentials_expired` |
//! | … not yet valid | 401 | `error="invalid_token"` | `credentials_not_yet_valid` |
//! | … wrongly signed, of an unknown key, of another kind | 401 | `error="invalid_token"` | `credentials_rejected` |
//! | … of another issuer | 401 | `error="invalid_token"` | `credentials_wrong_issuer` |
//! | … for another audience | 401 | `error="invalid_token"` | `credentials_wrong_audience` |
//! | … revoked | 401 | `error="invalid_token"` | `credentials_revoked` |
//! | sends two credentials | 400 | `error="invalid_request"` | `credentials_ambiguous` |
//! | is known, and another login, more recent or stronger, is all that is missing | 401 | `error="insufficient_user_authentication"`, with `max_age` and `acr_values` | `step_up_required` |
//! | is known, and scopes alone are missing | 403 | `error="insufficient_scope"`, and which | `scope_missing` |
//! | is known, and lacks a role | 403 | none | `role_missing` |
//! | … a permission | 403 | none | `permission_missing` |
//! | … the consent of a policy | 403 | none | `policy_denied`, or the policy's own |
//! | … nothing, and holds what the rule excludes | 403 | none | `excluded` |
//! | … a credential of a scheme that this takes | 403 | none | `scheme_not_accepted` |
//! | asks for a thing that is not there, or that he may not know of | 404 | none | `not_found` |
//! | is a browser that a page of another site has made send its user's credential | 403 | none | `cross_site` |
//! | cannot be judged, since something does not answer | 503 | none, but `Retry-After` | `undecided` |
//! | logs in while too many others do | 503 | none, but `Retry-After` | `busy` |
//! | cannot be judged, since what has to decide has panicked | 500 | none | `failed` |
//!
//! Who is known is told the id of the decision besides (`decision`), by which the operator finds the event with all that
//! was decided; but not on a 404, which says nothing.
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `asymmetric` (default) | signatures by key pairs, PEM keys and JWK Sets, by the fastest that there is: `aws-lc`. Without it there are HS256, HS384 and HS512 |
//! | `aws-lc` | RS*, PS*, ES* by `aws-lc-rs`, which takes a C compiler, and `EdDSA` |
//! | `rust-crypto` | the same in Rust alone; where `aws-lc` is on, too, that is used |
//! | `dalek` | `EdDSA` alone, by `ed25519-dalek` |
//! | `password` | the module `password`: passwords against stored hashes, off the async threads, and users from an htpasswd file |
//! | `digest` | `scheme::Digest`: who knows the password need not send it |
//! | `api-key` | `scheme::ApiKey`: API keys in a header field |
//! | `rotation` | `scheme::RotatingKeys`: keys that are replaced while the service runs |
//! | `cache` | `Bearer::cached`: a token that was verified is not verified again |
//! | `session` | the module `session`: sessions in cookies, kept in any store of tower-sessions |
//! | `proxy` | `danger::TrustedProxy`, which believes a proxy in front |
//! | `table` | what is made of the access table: `access::lock` and what a change of it means, JSON, Markdown, a page, lints, OpenAPI |
//! | `testing` | the module `testing`, for `[dev-dependencies]`: the lock in a test, the probe, principals and gates for tests |
//! | `utoipa` | an OpenAPI document of `utoipa`, completed by `access::openapi` |
//!
//! Features add, and change nothing that is there without them. [`manual::cryptography`] says who computes what, how fast
//! it is, what it weighs, and why the default is the default; [`manual::cost`] what each step of a request costs, and
//! [`manual::load`] what a client can make a server do.

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
mod jws;
mod denial;
pub mod scheme;
#[cfg(feature = "password")]
pub mod password;
pub mod gate;
mod proof;
#[cfg(feature = "session")]
pub mod session;
pub mod handler;
mod router;
pub mod danger;
#[cfg(feature = "testing")]
pub mod testing;
mod private;
pub mod manual;
/// What the macros' expansions need. Not for hands: it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::private::*;
}

pub use authgate_access::{CredentialError, Declaration, DenialMessage, ForbiddenReason, Reason};
pub use authgate_macros::{Permission, Principal, Right, Role, Scope, public, requires};
pub use credentials::{Credentials, ReturnTo};
pub use denial::{BodyFormat, Challenge, CustomBody, DecisionId, Denial};
pub use error::ConfigError;
pub use gate::{Gate, HasGate};
pub use proof::resource::{AsyncPolicy, Child, Edit, Loaded, Nested, Policy, Resource};
pub use proof::visible;
pub use proof::visible::{ListPolicy, Listable, Page, VisibleList};
pub use proof::{
    Authenticated, Authorized, Concealed, ConcealedUnless, Granted, Proof, ProofRef, Unauthenticated, With,
};
pub use right::{
    Acr, All, Any, Decision, Factor, Fresh, Implies, In, Not, Permissions, Principal, Requirement, Right,
    Roles, Scopes, TenantRoles, context::Context, evaluated::Evaluated,
};
pub use router::{MethodRouter, Router, RouterError, routing};
