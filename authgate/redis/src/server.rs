//! A Redis server: connections, and the checks that it can keep what it is given.

use authgate::ConfigError;
use authgate::scheme::BackendError;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisError, Value, cmd, make_extension_error};

use crate::link::{Connect, Link};

#[derive(Clone)]
pub(crate) struct Server(Client);

impl Server {
    pub(crate) fn of_url(url: &str) -> Result<Self, ConfigError> {
        // The text of the error would contain the password.
        let client = Client::open(url).map_err(|error| {
            ConfigError::new(format!(
                "the URL of the Redis server cannot be used ({}): write it as `redis://host:6379/0`, or as \
                 `rediss://host:6379/0` with the feature `tls`",
                error.category()
            ))
        })?;
        #[cfg(feature = "tls")]
        if url.starts_with("rediss:") && rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(ConfigError::new(
                "rustls has no implementation of cryptography: call \
                 `rustls::crypto::aws_lc_rs::default_provider().install_default()` at the start of the program",
            ));
        }
        Ok(Self(client))
    }
}

impl Connect for Server {
    type Connection = MultiplexedConnection;
    type Error = RedisError;

    async fn connect(&self) -> Result<MultiplexedConnection, BackendError> {
        // The time limit of the call applies instead.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let connecting = self.0.get_multiplexed_async_connection_with_config(&config);
        let mut connection = connecting.await.map_err(BackendError::new)?;
        let hello: Value = cmd("HELLO").query_async(&mut connection).await.map_err(BackendError::new)?;
        check_role(&hello).map_err(BackendError::new)?;
        if let Err(error) = check_eviction(&mut connection).await {
            tracing::error!(target: "authgate_redis", %error, "the Redis server may lose entries");
        }
        Ok(connection)
    }

    /// A closed connection is noticed by the next command.
    fn is_closed(_: &MultiplexedConnection) -> bool {
        false
    }

    /// A server that has become a replica does not become the primary again. The name may now lead
    /// to another server.
    fn is_lost(error: &RedisError) -> bool {
        error.is_unrecoverable_error() || error.is_io_error() || error.code() == Some(READ_ONLY)
    }
}

/// The code of the error with which a replica refuses to write.
const READ_ONLY: &str = "READONLY";

/// Returns an error unless the answer to `HELLO` is that of a primary server. A replica may lack
/// entries.
fn check_role(hello: &Value) -> Result<(), RedisError> {
    let problem = match (member(hello, "role"), member(hello, "mode")) {
        (_, Some(b"cluster")) => "it is a Redis Cluster, which is not supported",
        (Some(b"master"), _) => return Ok(()),
        (Some(_), _) => "it is a replica, which may lack entries",
        (None, _) => "it does not state its role: use Redis 6.2 or later",
    };
    Err(make_extension_error(READ_ONLY.to_owned(), Some(format!("the server cannot be used: {problem}"))))
}

/// Returns a member of a map, which is an array of names and values in RESP2.
fn member<'a>(map: &'a Value, name: &str) -> Option<&'a [u8]> {
    let value = match map {
        Value::Map(members) => {
            members.iter().find(|(key, _)| text(key) == Some(name.as_bytes())).map(|(_, it)| it)
        }
        Value::Array(items) => items.chunks_exact(2).find_map(|pair| match pair {
            [key, value] if text(key) == Some(name.as_bytes()) => Some(value),
            _ => None,
        }),
        _ => None,
    };
    text(value?)
}

/// Returns the bytes of a string.
pub(crate) fn text(value: &Value) -> Option<&[u8]> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.as_bytes()),
        Value::VerbatimString { text, .. } => Some(text.as_bytes()),
        _ => None,
    }
}

/// Returns an error if the server may evict entries to free memory, or does not answer. An evicted
/// revocation would accept the token again.
pub(crate) async fn check_eviction(connection: &mut MultiplexedConnection) -> Result<(), BackendError> {
    let memory: String = cmd("INFO").arg("memory").query_async(connection).await.map_err(|error| {
        BackendError::new(format!("`maxmemory-policy` is unknown, because `INFO memory` failed: {error}"))
    })?;
    let setting = |name: &str| memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let (limit, policy) = (setting("maxmemory"), setting("maxmemory_policy"));
    match (limit.map(str::trim), policy.map(str::trim)) {
        (Some("0"), _) | (_, Some("noeviction")) => Ok(()),
        (_, policy) => Err(BackendError::new(format!(
            "`maxmemory-policy` is `{}`, so that entries are evicted when the memory is full, and revoked tokens are \
             accepted: set `noeviction`",
            policy.unwrap_or("unknown")
        ))),
    }
}

impl Link<Server> {
    /// Runs a command that writes. A replica refuses it.
    pub(crate) async fn write(&self, command: &Cmd) -> Result<Value, BackendError> {
        self.call(async |mut connection| command.query_async(&mut connection).await).await
    }

    /// Runs a command that writes, and whose repetition has no effect.
    pub(crate) async fn write_again(&self, command: &Cmd) -> Result<Value, BackendError> {
        self.call_again(async |mut connection: MultiplexedConnection| {
            command.query_async(&mut connection).await
        })
        .await
    }

    /// Runs commands that read, in one round trip. Returns an answer for each, which may be an
    /// error of the server.
    pub(crate) async fn read<const N: usize>(
        &self,
        commands: [Option<Cmd>; N],
    ) -> Result<[Value; N], BackendError> {
        let mut pipeline = Pipeline::new();
        // A replica would answer, too. `HELLO` needs no right, and changes nothing without a
        // version.
        pipeline.ignore_errors().add_command(cmd("HELLO"));
        for command in commands.iter().flatten() {
            pipeline.add_command(command.clone());
        }
        let run = async |mut connection: MultiplexedConnection| {
            let mut answers = pipeline.query_async::<Vec<Value>>(&mut connection).await?.into_iter();
            check_role(&answers.next().unwrap_or_default())?;
            Ok(answers)
        };
        let mut answers = self.call_again(run).await?;
        Ok(commands.map(|command| command.and_then(|_| answers.next()).unwrap_or(Value::Nil)))
    }
}
