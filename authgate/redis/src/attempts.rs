use std::time::Duration;

use authgate::scheme::attempts::{Attempt, AttemptError, Attempts};
use redis::{Cmd, Value};

use crate::space::{Space, script, unexpected};

/// The time for which a client is known after a correct password.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The number of these clients for one account.
const MOST_KNOWN: usize = 16;

/// Counts an attempt in sorted sets of guesses, by the clock of the server. Returns the
/// milliseconds to wait, or -1.
///
/// The first command that writes is `ZADD`: with a full memory, a script fails only there.
const COUNT: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local counted = 3
local known = redis.call('ZSCORE', KEYS[4], ARGV[2])
if known and tonumber(known) + tonumber(ARGV[3]) > now then counted = 1 end
local new = {}
for i = 1, counted do
  local most, period = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i])
  local since = string.format('(%.0f', now - period)
  if redis.call('ZCOUNT', KEYS[i], since, '+inf') >= most then
    local oldest = redis.call('ZRANGEBYSCORE', KEYS[i], since, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    return math.max(oldest[2] + period - now, 0)
  end
  local guessed = redis.call('ZSCORE', KEYS[i], ARGV[1])
  if not guessed or tonumber(guessed) <= now - period then table.insert(new, i) end
end
for _, i in ipairs(new) do
  local period = ARGV[4 + 2 * i]
  redis.call('ZADD', KEYS[i], string.format('%.0f', now), ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', string.format('%.0f', now - period))
  redis.call('PEXPIRE', KEYS[i], period)
end
return -1";

/// Removes the guess, and keeps the client among those that are known for the account.
const SUCCEEDED: &str = "\
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, 3 do redis.call('ZREM', KEYS[i], ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', now - ARGV[3]))
redis.call('ZADD', KEYS[4], string.format('%.0f', now), ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - ARGV[4])
redis.call('PEXPIRE', KEYS[4], ARGV[3])
return 1";

/// Removes the guess.
const WITHDRAWN: &str = "\
for i = 1, 3 do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1";

/// Login attempts, for [`AttemptLimits::new`](authgate::scheme::attempts::AttemptLimits::new).
///
/// The check and the count are one script, which measures periods with the clock of the server.
/// Equal passwords that two processes verify count as two.
///
/// If the server is not available, no password is verified, and the login gets 503. An attempt
/// whose result could not be recorded counts.
///
/// # Examples
///
/// ```
/// use std::net::SocketAddr;
///
/// use authgate::scheme::attempts::AttemptLimits;
/// use authgate_redis::Shared;
///
/// fn limits(shared: &Shared) -> AttemptLimits {
///     AttemptLimits::new(shared.attempts(), |request| {
///         Some(request.extensions().get::<SocketAddr>()?.ip())
///     })
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedAttempts(pub(crate) Space);

impl SharedAttempts {
    /// Returns a script with the keys of the counters and of the clients of the account, and with
    /// the guess and the client as arguments.
    fn script(&self, text: &str, attempt: &Attempt) -> Cmd {
        let [client, network, account] = attempt.counters().map(|counter| counter.key().to_be_bytes());
        let counters = [client, network, account].map(|name| self.0.key("guesses", name));
        let [first, second, third] = counters;
        let mut script = script(text, &[first, second, third, self.0.key("known", account)]);
        let client = u128::from_be_bytes(client);
        script.arg(format!("{:016x}", attempt.guess())).arg(format!("{client:032x}"));
        script.arg(milliseconds(KNOWN_FOR));
        script
    }

    async fn record(&self, script: &Cmd) -> Result<(), AttemptError> {
        match self.0.link.write_again(script).await? {
            Value::Int(1) => Ok(()),
            other => Err(unexpected(&other).into()),
        }
    }
}

/// Returns the milliseconds of a duration, from 1 to those of about a hundred years.
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 42)
}

impl Attempts for SharedAttempts {
    async fn count(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        let mut count = self.script(COUNT, attempt);
        // In place of the number of clients.
        count.arg("");
        for counter in attempt.counters() {
            count.arg(counter.most()).arg(milliseconds(counter.period()));
        }
        match self.0.link.write(&count).await? {
            Value::Int(-1) => Ok(()),
            Value::Int(wait) => match u64::try_from(wait) {
                Ok(wait) => Err(AttemptError::TooMany { retry_after: Duration::from_millis(wait) }),
                Err(error) => Err(error.into()),
            },
            other => Err(unexpected(&other).into()),
        }
    }

    async fn succeeded(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        let mut succeeded = self.script(SUCCEEDED, attempt);
        succeeded.arg(MOST_KNOWN);
        self.record(&succeeded).await
    }

    async fn withdrawn(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        self.record(&self.script(WITHDRAWN, attempt)).await
    }
}
