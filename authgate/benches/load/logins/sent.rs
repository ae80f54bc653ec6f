//! Sends logins and records the results.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::task::JoinSet;

use crate::connection::{Connection, request};

/// The result of a login.
#[derive(Clone, Copy)]
pub(super) struct Sent {
    /// 0 without a response.
    pub(super) status: u16,
    pub(super) time: Duration,
}

impl Sent {
    /// Returns the times of the responses with this status, in ascending order.
    pub(super) fn times(all: &[Self], status: u16) -> Vec<Duration> {
        let mut times: Vec<_> =
            all.iter().filter(|sent| sent.status == status).map(|sent| sent.time).collect();
        times.sort();
        times
    }
}

pub(super) fn login(name: &str, password: &str) -> Vec<u8> {
    request(&format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{name}:{password}"))))
}

/// Sends one login on a new connection. The clock starts after the connection is open.
pub(super) async fn send(address: SocketAddr, name: &str, password: &str) -> Sent {
    let login = login(name, password);
    let connection = Connection::to(address).await;
    let start = Instant::now();
    let status = match connection {
        Ok(mut connection) => connection.ask(&login).await.unwrap_or(0),
        Err(_) => 0,
    };
    Sent { status, time: start.elapsed() }
}

/// Sends all logins at once, on connections that are open before the first is sent.
pub(super) async fn all_at_once(
    address: SocketAddr,
    logins: impl Iterator<Item = (String, String)>,
) -> Vec<Sent> {
    let mut connections = Vec::new();
    for (name, password) in logins {
        connections.push((Connection::to(address).await, login(&name, &password)));
    }
    let mut tasks = JoinSet::new();
    for (connection, login) in connections {
        tasks.spawn(async move {
            let start = Instant::now();
            let status = match connection {
                Ok(mut connection) => connection.ask(&login).await.unwrap_or(0),
                Err(_) => 0,
            };
            Sent { status, time: start.elapsed() }
        });
    }
    tasks.join_all().await
}

pub(super) fn milliseconds(time: Option<&Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.as_millis().to_string())
}
