//! Credentials revoked before they expire.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use super::Context;
use crate::error::BackendError;

/// A source of revoked tokens: [`InMemoryRevocations`](crate::scheme::bearer::InMemoryRevocations),
/// a closure, or a database.
///
/// It is queried on every request, after all other checks of a token have passed, even if the token
/// is cached, and every ten seconds for [`Authenticated::expired`](crate::Authenticated::expired).
/// It identifies a token by [`Context::token_id`] (`jti`). An implementation decides how to handle
/// a token without an id: [`WithoutId`](RevocationStatus::WithoutId) rejects it, because it could
/// never be revoked. Ids must be unique across all trusted issuers (RFC 7519 section 4.1.7).
///
/// A closure over the context also implements the trait. It returns `true` for a revoked token.
///
/// # Examples
///
/// ```
/// use authgate::Context;
/// use authgate::scheme::bearer::{RevocationStatus, Revocations};
///
/// struct Pool;
///
/// impl Pool {
///     async fn is_revoked(&self, id: &str) -> Result<bool, std::io::Error> {
///         Ok(false)
///     }
/// }
///
/// struct Database {
///     pool: Pool,
/// }
///
/// impl Revocations for Database {
///     async fn status(&self, context: &Context) -> RevocationStatus {
///         let Some(id) = context.token_id() else { return RevocationStatus::WithoutId };
///         match self.pool.is_revoked(id).await {
///             Ok(false) => RevocationStatus::Good,
///             Ok(true) => RevocationStatus::Revoked,
///             Err(_) => RevocationStatus::Unavailable,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look up revoked tokens",
    label = "not a list of revoked tokens",
    note = "pass an `authgate::scheme::bearer::InMemoryRevocations`, a closure `|context: &Context| ..` that looks up whether a \
            token is revoked, or implement `authgate::scheme::bearer::Revocations` for `{Self}`, for example with a \
            database"
)]
pub trait Revocations: Send + Sync + 'static {
    /// Returns the status of the token.
    ///
    /// If the status cannot be determined, it must return
    /// [`Unavailable`](RevocationStatus::Unavailable), never [`Good`](RevocationStatus::Good). The
    /// gate treats a lookup that exceeds its timeout as unavailable, and answers a panic with 500.
    fn status(&self, context: &Context) -> impl Future<Output = RevocationStatus> + Send;

    /// Returns the status without waiting, which avoids an allocation. By default, it returns
    /// `None`, and the gate awaits [`status`](Self::status).
    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        let _ = context;
        None
    }
}

/// The revocation status of a token that passed all other checks.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::RevocationStatus;
///
/// fn status(is_revoked: Result<bool, std::io::Error>) -> RevocationStatus {
///     match is_revoked {
///         Ok(false) => RevocationStatus::Good,
///         Ok(true) => RevocationStatus::Revoked,
///         Err(_) => RevocationStatus::Unavailable,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// The token is not revoked.
    Good,
    /// The token is revoked: 401 `credentials_revoked`.
    Revoked,
    /// The token has no id, so it could never be revoked: 401 `credentials_malformed`.
    WithoutId,
    /// The status could not be determined: 503.
    Unavailable,
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&Context) -> bool + Send + Sync + 'static> Revocations for F {
    async fn status(&self, context: &Context) -> RevocationStatus {
        if self(context) { RevocationStatus::Revoked } else { RevocationStatus::Good }
    }

    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        Some(if self(context) { RevocationStatus::Revoked } else { RevocationStatus::Good })
    }
}

#[diagnostic::do_not_recommend]
impl<R: Revocations> Revocations for Arc<R> {
    fn status(&self, context: &Context) -> impl Future<Output = RevocationStatus> + Send {
        R::status(self, context)
    }

    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        R::status_now(self, context)
    }
}

/// A store that [`Revocations`] are also written to, at a sign-out or after a password change.
///
/// [`InMemoryRevocations`](crate::scheme::bearer::InMemoryRevocations) serves one process. The
/// packages `authgate-redis` and `authgate-postgres` serve all processes that share a database.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::scheme::BackendError;
/// use authgate::scheme::bearer::{Revocation, RevocationStore};
///
/// async fn password_changed(revoked: &impl RevocationStore, user: &str) -> Result<(), BackendError> {
///     let subject = Revocation::Subject { issuer: "https://issuer.example", subject: user };
///     // All tokens that exist now, which expire within ten minutes.
///     revoked.revoke(subject, SystemTime::now() + Duration::from_secs(600)).await
/// }
/// ```
pub trait RevocationStore: Revocations {
    /// Revokes tokens for all later requests, in all processes. `end` is the latest expiry of such
    /// a token. If they are already revoked, the later of both times counts.
    ///
    /// A store must keep the entry for at least five minutes and one second after `end`, because a
    /// verifier accepts tokens within a [leeway](crate::scheme::Bearer::leeway).
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if it is unknown whether the tokens are revoked. Try again: a
    /// second revocation has no other effect.
    fn revoke(
        &self,
        revoked: Revocation<'_>,
        end: SystemTime,
    ) -> impl Future<Output = Result<(), BackendError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<R: RevocationStore> RevocationStore for Arc<R> {
    fn revoke(
        &self,
        revoked: Revocation<'_>,
        end: SystemTime,
    ) -> impl Future<Output = Result<(), BackendError>> + Send {
        R::revoke(self, revoked, end)
    }
}

/// The tokens to revoke. The issuer is that of the [`Context`](Context::issuer), or empty for a
/// credential without one.
///
/// # Examples
///
/// ```
/// use authgate::Context;
/// use authgate::scheme::bearer::Revocation;
///
/// /// The token of this request, at a sign-out.
/// fn this_token(context: &Context) -> Option<Revocation<'_>> {
///     let issuer = context.issuer().unwrap_or_default();
///     Some(Revocation::Token { issuer, id: context.token_id()? })
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a store that ignored a new kind would accept the tokens")]
pub enum Revocation<'a> {
    /// One token.
    Token {
        /// The issuer of the token.
        issuer: &'a str,
        /// The token's id: `jti`, [`Context::token_id`].
        id: &'a str,
    },
    /// All tokens of a subject that were issued until now. A token without `iat` counts as issued
    /// before.
    ///
    /// A token that is issued in the same second, after a new login, is revoked as well.
    Subject {
        /// The issuer of the tokens.
        issuer: &'a str,
        /// The subject: `sub`.
        subject: &'a str,
    },
    /// All tokens of a login session.
    Session {
        /// The issuer of the tokens.
        issuer: &'a str,
        /// The session's id: `sid`, [`Context::session_id`].
        session: &'a str,
    },
}

/// A type-erased [`Revocations`].
pub(crate) trait DynRevocations: Send + Sync {
    fn dyn_status_now(&self, context: &Context) -> Option<RevocationStatus>;

    fn dyn_status<'a>(
        &'a self,
        context: &'a Context,
    ) -> Pin<Box<dyn Future<Output = RevocationStatus> + Send + 'a>>;
}

impl<R: Revocations> DynRevocations for R {
    fn dyn_status_now(&self, context: &Context) -> Option<RevocationStatus> {
        self.status_now(context)
    }

    fn dyn_status<'a>(
        &'a self,
        context: &'a Context,
    ) -> Pin<Box<dyn Future<Output = RevocationStatus> + Send + 'a>> {
        Box::pin(self.status(context))
    }
}

/// The source that a [`Context`] is checked with again. Two are equal if they are the same source.
#[derive(Clone)]
pub(super) struct Source(pub(super) Arc<dyn DynRevocations>);

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Revocations")
    }
}
