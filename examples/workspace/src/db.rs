//! The database: SQLite or Postgres, with the same SQL.
//!
//! sqlx's `Any` has no booleans for SQLite and no times, so the columns are `TEXT` and `BIGINT`.
//! Both engines read `$1` as the first parameter.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Transaction};

/// A pool of connections.
pub type Db = AnyPool;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS users (
        id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
        staff BIGINT NOT NULL DEFAULT 0, suspended BIGINT NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS identities (
        issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (issuer, subject));
    CREATE TABLE IF NOT EXISTS orgs (slug TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS members (
        org TEXT NOT NULL REFERENCES orgs ON DELETE CASCADE,
        user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        role TEXT NOT NULL, PRIMARY KEY (org, user_id));
    CREATE INDEX IF NOT EXISTS members_user ON members (user_id);
    CREATE TABLE IF NOT EXISTS documents (
        id TEXT PRIMARY KEY, org TEXT NOT NULL REFERENCES orgs ON DELETE CASCADE,
        owner TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        title TEXT NOT NULL, body TEXT NOT NULL, open BIGINT NOT NULL, updated BIGINT NOT NULL);
    CREATE INDEX IF NOT EXISTS documents_org ON documents (org);
    CREATE TABLE IF NOT EXISTS shares (
        document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
        reader TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        can_edit BIGINT NOT NULL, PRIMARY KEY (document, reader));
    CREATE TABLE IF NOT EXISTS api_keys (
        id TEXT PRIMARY KEY, org TEXT NOT NULL REFERENCES orgs ON DELETE CASCADE,
        name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL,
        created_by TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        created BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS api_keys_org ON api_keys (org);
    -- Without references: the trail outlives what it is about.
    CREATE TABLE IF NOT EXISTS audit (
        id TEXT PRIMARY KEY, at BIGINT NOT NULL, org TEXT NOT NULL, actor TEXT NOT NULL,
        scheme TEXT NOT NULL, action TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS audit_org ON audit (org, at);
    CREATE INDEX IF NOT EXISTS audit_at ON audit (at);";

/// Connects, and creates the tables that do not exist, in a transaction that the caller commits.
pub async fn connect(url: &str) -> Result<(Db, Transaction<'static, Any>), sqlx::Error> {
    sqlx::any::install_default_drivers();
    // The first connection names the cause of a failure. The pool would only state that it waited.
    let first = tokio::time::timeout(Duration::from_secs(5), AnyConnection::connect(url));
    first.await.map_err(|_| sqlx::Error::PoolTimedOut)??.close().await?;
    // Shorter than the two seconds that the gate waits for an account.
    let pool = AnyPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_millis(1500));
    let db = pool.connect(url).await?;
    if url.starts_with("sqlite:") {
        // Readers do not wait for a writer.
        sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&db).await?;
    }
    let mut start = db.begin().await?;
    if url.starts_with("postgres") {
        // Two processes that start at once would both create the tables.
        sqlx::raw_sql("SELECT pg_advisory_xact_lock(8316702)").execute(&mut *start).await?;
    }
    sqlx::raw_sql(SCHEMA).execute(&mut *start).await?;
    Ok((db, start))
}

/// Returns a random id that cannot be guessed: 128 bits, as 32 hexadecimal digits.
pub fn new_id() -> String {
    let mut bytes = [0; 16];
    // Without random numbers, no process of this machine could use TLS, either.
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no random numbers: {error}"));
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

/// Returns `true` if a client's text can be an id or a slug. Postgres rejects a NUL with an error,
/// which must not become a 503.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Returns the time in milliseconds since 1970.
pub fn milliseconds() -> i64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the time in seconds since 1970.
pub fn now() -> i64 {
    milliseconds() / 1000
}
