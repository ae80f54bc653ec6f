use std::time::Duration;

use authgate::scheme::BackendError;
use authgate::scheme::attempts::{Attempt, AttemptError, Attempts};
use tokio_postgres::types::Type;

use crate::server::Values;
use crate::space::{Space, unexpected};

const COUNT: &str = "SELECT authgate_count_attempt($1, $2, $3, $4, $5)";

/// Removes the guess, and keeps the client among the 16 that are known for the account.
const SUCCEEDED: &str = "\
WITH withdrawn AS (\
DELETE FROM authgate_guesses WHERE app = $1 AND counter = ANY($2) AND guess = $3\
), forgotten AS (\
DELETE FROM authgate_known_clients WHERE app = $1 AND account = $5 AND client <> $4 AND client NOT IN (\
SELECT client FROM authgate_known_clients \
WHERE app = $1 AND account = $5 AND client <> $4 AND expires_at > now() ORDER BY expires_at DESC LIMIT 15)\
) \
INSERT INTO authgate_known_clients VALUES ($1, $5, $4, now() + interval '30 days') \
ON CONFLICT (app, account, client) DO UPDATE SET expires_at = excluded.expires_at";

/// Removes the guess.
const WITHDRAWN: &str = "DELETE FROM authgate_guesses WHERE app = $1 AND counter = ANY($2) AND guess = $3";

/// Login attempts, for [`AttemptLimits::new`](authgate::scheme::attempts::AttemptLimits::new).
///
/// The check and the count are one function, which measures periods with the clock of the server.
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
/// use authgate_postgres::Shared;
///
/// fn limits(shared: &Shared) -> AttemptLimits {
///     AttemptLimits::new(shared.attempts(), |request| {
///         Some(request.extensions().get::<SocketAddr>()?.ip())
///     })
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedAttempts(pub(crate) Space);

/// Returns the names of the counters.
fn names(attempt: &Attempt) -> [Vec<u8>; 3] {
    attempt.counters().map(|counter| counter.key().to_be_bytes().to_vec())
}

/// Returns the milliseconds of a duration, from 1 to those of about a hundred years.
fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).clamp(1, 1 << 42)
}

impl Attempts for SharedAttempts {
    async fn count(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        let (app, names, guess) = (&*self.0.app, names(attempt).to_vec(), attempt.guess().cast_signed());
        let mosts = attempt.counters().map(|counter| i64::from(counter.most())).to_vec();
        let periods = attempt.counters().map(|counter| milliseconds(counter.period())).to_vec();
        let values: Values<'_> = &[
            (&app, Type::TEXT),
            (&names, Type::BYTEA_ARRAY),
            (&mosts, Type::INT8_ARRAY),
            (&periods, Type::INT8_ARRAY),
            (&guess, Type::INT8),
        ];
        let rows = self.0.links.write(COUNT, values).await?;
        let wait: i64 = rows.first().ok_or_else(unexpected)?.try_get(0).map_err(BackendError::new)?;
        match u64::try_from(wait) {
            Err(_) => Ok(()),
            Ok(wait) => Err(AttemptError::TooMany { retry_after: Duration::from_millis(wait) }),
        }
    }

    async fn succeeded(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        let (app, names, guess) = (&*self.0.app, names(attempt).to_vec(), attempt.guess().cast_signed());
        let [client, _, account] = attempt.counters().map(|counter| counter.key().to_be_bytes());
        let (client, account) = (&client[..], &account[..]);
        let values: Values<'_> = &[
            (&app, Type::TEXT),
            (&names, Type::BYTEA_ARRAY),
            (&guess, Type::INT8),
            (&client, Type::BYTEA),
            (&account, Type::BYTEA),
        ];
        self.0.links.write_again(SUCCEEDED, values).await?;
        Ok(())
    }

    async fn withdrawn(&self, attempt: &Attempt) -> Result<(), AttemptError> {
        let (app, names, guess) = (&*self.0.app, names(attempt).to_vec(), attempt.guess().cast_signed());
        let values: Values<'_> = &[(&app, Type::TEXT), (&names, Type::BYTEA_ARRAY), (&guess, Type::INT8)];
        self.0.links.write_again(WITHDRAWN, values).await?;
        Ok(())
    }
}
