use std::time::SystemTime;

use authgate::scheme::{BackendError, Once};
use redis::Value;

use crate::space::{Kept, Space, script, unexpected};

/// Records the key, unless it exists or its time has passed. `SET` with a time in the past would
/// answer as if the key had been recorded.
const FIRST: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = math.max(tonumber(ARGV[1]), now + ARGV[2])
if last <= now then return 0 end
if redis.call('SET', KEYS[1], '1', 'NX', 'PXAT', string.format('%.0f', last)) then return 1 end
return 0";

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
/// use authgate_redis::Shared;
///
/// fn scheme(tokens: &AccessTokens, shared: &Shared) -> Dpop {
///     Dpop::of(tokens).origin("https://api.example").replay(shared.replay())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedReplay(pub(crate) Space);

impl Once for SharedReplay {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        let mut first = script(FIRST, &[self.0.key("once", key)]);
        let kept = Kept::until(until);
        first.arg(kept.until).arg(kept.left);
        match self.0.link.write(&first).await? {
            Value::Int(1) => Ok(true),
            Value::Int(0) => Ok(false),
            other => Err(unexpected(&other)),
        }
    }
}
