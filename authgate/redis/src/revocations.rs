use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::Context;
use authgate::scheme::BackendError;
use authgate::scheme::bearer::{Revocation, RevocationStatus, RevocationStore, Revocations};
use redis::{Value, cmd};

use crate::link::log_failure;
use crate::server::text;
use crate::space::{Kept, Space, hash, milliseconds, script, unexpected};

/// The time for which a verifier accepts a token after its expiry. The extra second covers
/// fractional times.
const LEEWAY: Duration = Duration::from_secs(5 * 60 + 1);

/// The entry of a token or a session.
const ALL: &[u8] = b"all";
/// The entry of a subject is `before 1764518400000.`, with the time in milliseconds. Without the
/// end, a truncated entry would be an earlier time.
const BEFORE: &str = "before ";
const END: &str = ".";

/// Adds an entry, or extends an existing one. The later times count.
const REVOKE: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local value, last = ARGV[1], math.max(tonumber(ARGV[2]), now + ARGV[3])
local old = redis.call('GET', KEYS[1])
if value == 'before' then
  local before = math.max(now, tonumber(ARGV[4]))
  if old then
    local earlier = tonumber(string.match(old, '^before (%d+)%.$'))
    if not earlier then return redis.error_reply('ERR the entry has another format') end
    before = math.max(before, earlier)
  end
  value = string.format('before %.0f.', before)
elseif old and old ~= value then
  return redis.error_reply('ERR the entry has another format')
end
if old then
  local left = redis.call('PTTL', KEYS[1])
  if left == -1 then
    redis.call('SET', KEYS[1], value)
    return 1
  end
  last = math.max(last, now + left)
end
if last > now then redis.call('SET', KEYS[1], value, 'PXAT', string.format('%.0f', last)) end
return 1";

/// Revoked tokens: single tokens, all tokens of a subject, and all tokens of a login session.
///
/// Each lookup is one round trip. A token without an id (`jti`) is rejected, as
/// [`InMemoryRevocations`](authgate::scheme::bearer::InMemoryRevocations) does. A token of a
/// subject is revoked if it was issued until the revocation, by the clock that is further ahead:
/// that of the server, or of the process that revokes.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys};
/// use authgate_redis::Shared;
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
    fn key(&self, kind: &str, issuer: &str, name: &str) -> String {
        self.0.key("revoked", hash(&[kind, issuer, name]))
    }

    async fn is_revoked(&self, context: &Context) -> Result<bool, BackendError> {
        let issuer = context.issuer().unwrap_or_default();
        let names = [
            ("token", context.token_id()),
            ("subject", context.subject()),
            ("session", context.session_id()),
        ];
        // `MGET` would skip a value of another type.
        let get = |(kind, name): (&str, Option<&str>)| {
            let mut get = cmd("GET");
            get.arg(self.key(kind, issuer, name?));
            Some(get)
        };
        let mut is_revoked = false;
        for entry in self.0.link.read(names.map(get)).await? {
            is_revoked |= applies(&entry, context.issued_at())?;
        }
        Ok(is_revoked)
    }
}

/// Returns `true` if the entry revokes a token that was issued at this time.
fn applies(entry: &Value, issued: Option<SystemTime>) -> Result<bool, BackendError> {
    let before = match text(entry) {
        None if *entry == Value::Nil => return Ok(false),
        Some(ALL) => return Ok(true),
        bytes => bytes.and_then(time_of),
    };
    let before = before.ok_or_else(|| unexpected(entry))?;
    Ok(issued.is_none_or(|issued| issued <= before))
}

fn time_of(entry: &[u8]) -> Option<SystemTime> {
    let milliseconds = std::str::from_utf8(entry).ok()?.strip_prefix(BEFORE)?.strip_suffix(END)?;
    UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds.parse().ok()?))
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
        let (kind, issuer, name, entry) = match revoked {
            Revocation::Token { issuer, id } => ("token", issuer, id, "all"),
            Revocation::Subject { issuer, subject } => ("subject", issuer, subject, "before"),
            Revocation::Session { issuer, session } => ("session", issuer, session, "all"),
        };
        let mut revoke = script(REVOKE, &[self.key(kind, issuer, name)]);
        let kept = Kept::until(end.checked_add(LEEWAY).unwrap_or(end));
        revoke.arg(entry).arg(kept.until).arg(kept.left).arg(milliseconds(SystemTime::now()));
        match self.0.link.write_again(&revoke).await? {
            Value::Int(1) => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}
