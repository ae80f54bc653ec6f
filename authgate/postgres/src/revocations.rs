use std::time::{Duration, SystemTime};

use authgate::Context;
use authgate::scheme::BackendError;
use authgate::scheme::bearer::{Revocation, RevocationStatus, RevocationStore, Revocations};
use tokio_postgres::types::Type;

use crate::link::log_failure;
use crate::server::Values;
use crate::space::{Kept, Space, bounded, hash};

/// The time for which a verifier accepts a token after its expiry. The extra second covers
/// fractional times.
const LEEWAY: Duration = Duration::from_secs(5 * 60 + 1);

/// Adds an entry, or extends an existing one. The later times count.
const REVOKE: &str = "\
INSERT INTO authgate_revocations AS old (app, key, issued_before, expires_at) \
VALUES ($1, $2, CASE WHEN $3::timestamptz IS NOT NULL THEN greatest($3, now()) END, greatest($4, now() + $5 * interval '1 millisecond')) \
ON CONFLICT (app, key) DO UPDATE SET \
issued_before = greatest(old.issued_before, excluded.issued_before), \
expires_at = greatest(old.expires_at, excluded.expires_at)";

const LOOK_UP: &str = "\
SELECT current_setting('transaction_read_only') = 'on', EXISTS (\
SELECT FROM authgate_revocations WHERE app = $1 AND key = ANY($2) \
AND (issued_before IS NULL OR $3::timestamptz IS NULL OR $3 <= issued_before))";

/// Revoked tokens: single tokens, all tokens of a subject, and all tokens of a login session.
///
/// Each lookup is one query. A token without an id (`jti`) is rejected, as
/// [`InMemoryRevocations`](authgate::scheme::bearer::InMemoryRevocations) does. A token of a
/// subject is revoked if it was issued until the revocation, by the clock that is further ahead:
/// that of the server, or of the process that revokes.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys};
/// use authgate_postgres::Shared;
///
/// fn bearer(keys: Keys, shared: &Shared) -> Bearer {
///     Bearer::jwt(keys)
///         .issuer("https://issuer.example")
///         .audience("https://api.example")
///         .revoked_by(shared.revocations())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedRevocations(pub(crate) Space);

impl SharedRevocations {
    async fn is_revoked(&self, context: &Context) -> Result<bool, BackendError> {
        let issuer = context.issuer().unwrap_or_default();
        let names = [
            ("token", context.token_id()),
            ("subject", context.subject()),
            ("session", context.session_id()),
        ];
        let keys = names.into_iter().filter_map(|(kind, name)| Some(hash(&[kind, issuer, name?])));
        let keys: Vec<_> = keys.map(|key| key.to_vec()).collect();
        let (app, issued) = (&*self.0.app, context.issued_at().map(bounded));
        let values: Values<'_> =
            &[(&app, Type::TEXT), (&keys, Type::BYTEA_ARRAY), (&issued, Type::TIMESTAMPTZ)];
        self.0.links.read(LOOK_UP, values).await?.try_get(1).map_err(BackendError::new)
    }
}

impl Revocations for SharedRevocations {
    async fn status(&self, context: &Context) -> RevocationStatus {
        match self.is_revoked(context).await {
            Ok(true) => RevocationStatus::Revoked,
            Ok(false) if context.token_id().is_none() => RevocationStatus::WithoutId,
            Ok(false) => RevocationStatus::Good,
            Err(error) => {
                log_failure("look up a revocation", &error);
                RevocationStatus::Unavailable
            }
        }
    }
}

impl RevocationStore for SharedRevocations {
    async fn revoke(&self, revoked: Revocation<'_>, end: SystemTime) -> Result<(), BackendError> {
        let (kind, issuer, name) = match revoked {
            Revocation::Token { issuer, id } => ("token", issuer, id),
            Revocation::Subject { issuer, subject } => ("subject", issuer, subject),
            Revocation::Session { issuer, session } => ("session", issuer, session),
        };
        let (app, key) = (&*self.0.app, hash(&[kind, issuer, name]));
        let now = bounded(SystemTime::now());
        let (key, issued_before) = (&key[..], (kind == "subject").then_some(now));
        let kept = Kept::until(end.checked_add(LEEWAY).unwrap_or(end));
        let values: Values<'_> = &[
            (&app, Type::TEXT),
            (&key, Type::BYTEA),
            (&issued_before, Type::TIMESTAMPTZ),
            (&kept.until, Type::TIMESTAMPTZ),
            (&kept.left, Type::INT8),
        ];
        self.0.links.write_again(REVOKE, values).await.map(drop)
    }
}
