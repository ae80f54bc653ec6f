//! A client that sends arbitrary bytes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A connection to a server.
pub(crate) struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Read {
    /// Returns the lines of a field as they were sent.
    pub(crate) fn lines(&self, name: &str) -> Vec<&str> {
        let named = |line: &&str| line.split(':').next() == Some(name);
        self.head.lines().filter(named).collect()
    }
}

impl Connection {
    pub(crate) async fn to(app: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self::at(address).await
    }

    /// Connects to a running server.
    pub(crate) async fn at(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.expect("a connection"), unread: Vec::new() }
    }

    /// Sends bytes. A server that has already responded may not read all of them.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        drop(self.stream.write_all(bytes).await);
    }

    /// Reads a response.
    pub(crate) async fn read(&mut self) -> Read {
        let mut read = self.read_head().await;
        let length = read
            .lines("content-length")
            .first()
            .map_or(0, |line| line.split(": ").nth(1).expect("a value").parse().expect("a number"));
        while self.unread.len() < length {
            assert!(self.more().await, "the connection ended within a body");
        }
        read.body = String::from_utf8(self.unread.drain(..length).collect()).expect("UTF-8");
        read
    }

    /// Reads a response without a body.
    pub(crate) async fn read_head(&mut self) -> Read {
        loop {
            if let Some(end) = self.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<_> = self.unread.drain(..end + 4).collect();
                let head = String::from_utf8(head).expect("ASCII");
                let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
                return Read { status, head, body: String::new() };
            }
            assert!(self.more().await, "the connection ended before a response");
        }
    }

    async fn more(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let read = self.stream.read(&mut buffer).await.unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..read]);
        read > 0
    }
}
