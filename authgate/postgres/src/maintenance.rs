//! The schema, and rows that have expired.

use std::time::Duration;

use authgate::scheme::BackendError;
use tokio::time::timeout;

use crate::Shared;
use crate::link::log_failure;

const SCHEMA: &str = include_str!("schema.sql");

/// The maximum time of a migration.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(60);

/// The tables with rows that expire.
const EXPIRING: [&str; 5] = [
    "authgate_once",
    "authgate_revocations",
    "authgate_sessions",
    "authgate_guesses",
    "authgate_known_clients",
];

/// The maximum number of rows that one statement deletes.
const BATCH: u64 = 1000;

impl Shared {
    /// Creates the tables, or upgrades them. Call it when the program starts.
    ///
    /// Several processes may call it at the same time, and an existing schema is not changed. The
    /// account of the database needs the right to create tables and functions in the first schema
    /// of its `search_path`. The file `src/schema.sql` of the package can be run by hand instead.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if the server is not available, if the account lacks a right, or if
    /// a later version of this package has upgraded the schema.
    pub async fn migrate(&self) -> Result<(), BackendError> {
        // A separate connection: requests do not wait for the migration.
        let migrated = timeout(MIGRATION_TIMEOUT, async {
            let client = self.space.links.server().open(MIGRATION_TIMEOUT).await?;
            client.batch_execute(SCHEMA).await
        });
        let elapsed = || BackendError::new(format!("the migration took longer than {MIGRATION_TIMEOUT:?}"));
        migrated.await.map_err(|_| elapsed())?.map_err(BackendError::new)
    }

    /// Deletes the rows of all applications that have expired. Returns their number.
    ///
    /// Expired rows have no effect, but take space. Several processes may call it at the same time.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if the server is not available.
    pub async fn delete_expired(&self) -> Result<u64, BackendError> {
        let mut deleted = 0;
        for table in EXPIRING {
            let delete = format!(
                "DELETE FROM {table} WHERE ctid = ANY(ARRAY(\
                 SELECT ctid FROM {table} WHERE expires_at <= now() LIMIT {BATCH} FOR UPDATE SKIP LOCKED))"
            );
            loop {
                let batch = self.space.links.write_again(&delete, &[]).await?;
                deleted += batch;
                if batch < BATCH {
                    break;
                }
            }
        }
        Ok(deleted)
    }

    /// Deletes expired rows now and after each period, until the future is dropped. Errors are
    /// logged.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use authgate_postgres::Shared;
    ///
    /// fn start(shared: &Shared) {
    ///     tokio::spawn(shared.clone().delete_expired_every(Duration::from_secs(600)));
    /// }
    /// ```
    pub async fn delete_expired_every(self, period: Duration) {
        loop {
            if let Err(error) = self.delete_expired().await {
                log_failure("delete expired rows", &error);
            }
            // At least a second: a loop without a pause would keep the server busy.
            tokio::time::sleep(period.max(Duration::from_secs(1))).await;
        }
    }
}
