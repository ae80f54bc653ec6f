use std::time::SystemTime;

use authgate::scheme::{BackendError, Once};
use tokio_postgres::types::Type;

use crate::server::Values;
use crate::space::{Kept, Space};

/// Records the key, unless it exists or its time has passed. A key that has expired counts as
/// absent. Of several statements with the same key, one changes the row.
///
/// A key that exists is looked up first, because a conflict writes to the disk.
const FIRST: &str = "\
INSERT INTO authgate_once AS old (app, key, expires_at) \
SELECT $1, $2, greatest($3, now() + $4 * interval '1 millisecond') \
WHERE ($3 > now() OR $4 > 0) \
AND NOT EXISTS (SELECT FROM authgate_once WHERE app = $1 AND key = $2 AND expires_at > now()) \
ON CONFLICT (app, key) DO UPDATE SET expires_at = excluded.expires_at WHERE old.expires_at <= now() \
RETURNING 1";

/// Values that count only once, for `Dpop::replay` and
/// `Digest::replay`.
///
/// A value is kept for one minute after its end, so that the clocks of two processes may differ by
/// that much.
///
/// # Examples
///
/// ```
/// use authgate::oauth::{AccessTokens, Dpop};
/// use authgate_postgres::Shared;
///
/// fn scheme(tokens: &AccessTokens, shared: &Shared) -> Dpop {
///     Dpop::of(tokens).origin("https://api.example").replay(shared.replay())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedReplay(pub(crate) Space);

impl Once for SharedReplay {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        let (app, key, kept) = (&*self.0.app, &key[..], Kept::until(until));
        let values: Values<'_> = &[
            (&app, Type::TEXT),
            (&key, Type::BYTEA),
            (&kept.until, Type::TIMESTAMPTZ),
            (&kept.left, Type::INT8),
        ];
        Ok(!self.0.links.write(FIRST, values).await?.is_empty())
    }
}
