//! A PostgreSQL server: connections and queries.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authgate::ConfigError;
use authgate::scheme::BackendError;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, NoTls, Row, Socket};

use crate::link::{Connect, Link};

type Connecting = Pin<Box<dyn Future<Output = Result<Client, Error>> + Send>>;

#[derive(Clone)]
pub(crate) struct Server {
    connect: Arc<dyn Fn() -> Connecting + Send + Sync>,
    /// The maximum time of a query, for the server.
    timeout: Duration,
}

/// The values of a query, with their types. Without the types, a query would need two round trips.
pub(crate) type Values<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

impl Server {
    pub(crate) fn of_url(url: &str, timeout: Duration) -> Result<Self, ConfigError> {
        let config = parsed(url)?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(ConfigError::new(
                "the URL of the PostgreSQL server requires TLS: use `Shared::connect_with(url, connector)`, for example \
                 with a connector of the package `tokio-postgres-rustls`",
            ));
        }
        Ok(Self::new(config, NoTls, timeout))
    }

    pub(crate) fn with_tls<T>(url: &str, tls: T, timeout: Duration) -> Result<Self, ConfigError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let mut config = parsed(url)?;
        // The default of a URL continues without TLS if the server, or an attacker, declines it.
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(SslMode::Require);
        }
        Ok(Self::new(config, tls, timeout))
    }

    fn new<T>(config: Config, tls: T, timeout: Duration) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let connect = move || -> Connecting {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                // It ends with the client. Its error is that of the queries.
                tokio::spawn(async move { drop(connection.await) });
                Ok(client)
            })
        };
        Self { connect: Arc::new(connect), timeout }
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// Opens a connection on which a query may take this long.
    pub(crate) async fn open(&self, timeout: Duration) -> Result<Client, Error> {
        let client = (self.connect)().await?;
        // A query that was given up here must not wait for a lock or run on.
        let milliseconds = timeout.as_millis().max(1);
        // A default of the database or of the user must not make an attempt miss those that it has
        // waited for.
        let settings = format!(
            "SET statement_timeout TO {milliseconds}; SET default_transaction_isolation TO 'read committed'"
        );
        client.batch_execute(&settings).await?;
        Ok(client)
    }
}

/// Parses a URL, or a list of settings. The text of the error does not contain it.
fn parsed(url: &str) -> Result<Config, ConfigError> {
    let mut config: Config = url.parse().map_err(|_| {
        ConfigError::new(
            "the URL of the PostgreSQL server is malformed: write it as `postgres://user:password@host:5432/database`",
        )
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(ConfigError::new(
            "the URL of the PostgreSQL server has no host: write it as `postgres://user:password@host:5432/database`",
        ));
    }
    // A standby may lack entries.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("authgate");
    }
    Ok(config)
}

/// A query that failed.
#[derive(Debug)]
pub(crate) enum QueryError {
    Failed(Error),
    /// The server does not accept writes.
    ReadOnly,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::ReadOnly => f.write_str("the server is read-only, so it may lack entries"),
        }
    }
}

impl std::error::Error for QueryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::ReadOnly => None,
        }
    }
}

impl From<Error> for QueryError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Connect for Server {
    type Connection = Arc<Client>;
    type Error = QueryError;

    async fn connect(&self) -> Result<Arc<Client>, BackendError> {
        self.open(self.timeout).await.map(Arc::new).map_err(BackendError::new)
    }

    fn is_closed(client: &Arc<Client>) -> bool {
        client.is_closed()
    }

    /// A server that does not accept writes any more is not the primary. The name may now lead to
    /// another server.
    fn is_lost(error: &QueryError) -> bool {
        let ends = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        match error {
            QueryError::Failed(error) => error.code().is_none_or(|code| ends.contains(code)),
            QueryError::ReadOnly => true,
        }
    }
}

/// The number of connections for statements that write. Each statement of a connection waits until
/// the ones before are on the disk, and several connections share that wait.
const WRITERS: usize = 3;

/// The connections of a process. Lookups have one, so that they do not wait for the disk or a lock.
pub(crate) struct Links {
    reader: Link<Server>,
    writers: [Link<Server>; WRITERS],
    /// The number of statements that wrote.
    written: AtomicUsize,
}

impl Links {
    pub(crate) fn new(server: &Server) -> Self {
        let link = || Link::new(server.clone(), server.timeout);
        Self { reader: link(), writers: [(); WRITERS].map(|()| link()), written: AtomicUsize::new(0) }
    }

    pub(crate) fn server(&self) -> &Server {
        self.reader.connector()
    }

    /// Returns each connection in turn.
    fn writer(&self) -> &Link<Server> {
        let turn = self.written.fetch_add(1, Ordering::Relaxed) % WRITERS;
        self.writers.get(turn).unwrap_or(&self.reader)
    }

    /// Runs a statement that writes.
    pub(crate) async fn write(&self, statement: &str, values: Values<'_>) -> Result<Vec<Row>, BackendError> {
        self.writer().call(async |client: Arc<Client>| Ok(client.query_typed(statement, values).await?)).await
    }

    /// Runs a statement that writes, and whose repetition has no effect. Returns the number of
    /// rows.
    pub(crate) async fn write_again(&self, statement: &str, values: Values<'_>) -> Result<u64, BackendError> {
        self.writer()
            .call_again(async |client: Arc<Client>| Ok(client.execute_typed(statement, values).await?))
            .await
    }

    /// Runs a query with one row, whose first column is `transaction_read_only`.
    pub(crate) async fn read(&self, query: &str, values: Values<'_>) -> Result<Row, BackendError> {
        let run = async |client: Arc<Client>| {
            let row = client.query_typed(query, values).await?.pop();
            match row.as_ref().map(|row| row.try_get(0)).transpose()? {
                Some(true) => Err(QueryError::ReadOnly),
                _ => Ok(row),
            }
        };
        self.reader.call_again(run).await?.ok_or_else(|| BackendError::new("a query has no row"))
    }
}
