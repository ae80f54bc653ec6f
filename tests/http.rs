//! An application behind a real socket, and a client that sends arbitrary bytes.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A running server.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// The address.
    pub address: SocketAddr,
}

/// A response.
#[derive(Debug)]
pub struct Read {
    /// The status.
    pub status: u16,
    /// The status line and the fields.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Server {
    /// Serves an application on a free port until the runtime stops.
    pub async fn of(app: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address }
    }

    /// Sends `GET` with these field lines, each ending in CRLF.
    pub async fn get(&self, path: &str, fields: impl AsRef<[u8]>) -> Read {
        self.write(&format!("GET {path}"), fields.as_ref(), b"").await
    }

    /// Sends a request with a body, such as `POST /reports`.
    pub async fn send(&self, line: &str, fields: &str, body: &str) -> Read {
        let fields = format!("{fields}Content-Length: {}\r\n", body.len());
        self.write(line, fields.as_bytes(), body.as_bytes()).await
    }

    async fn write(&self, line: &str, fields: &[u8], body: &[u8]) -> Read {
        let head = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        let request = [head.as_bytes(), fields, b"\r\n", body].concat();
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        // A server that has already responded may not read the whole request.
        drop(stream.write_all(&request).await);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8(answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.get(9..12).and_then(|status| status.parse().ok()).expect("a status");
        Read { status, head: head.to_owned(), body: body.to_owned() }
    }
}

impl Read {
    /// Returns the values of a field. The name must be in lowercase.
    #[must_use]
    pub fn lines(&self, name: &str) -> Vec<&str> {
        self.head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
    }

    /// Returns the `reason` of a problem document.
    #[must_use]
    pub fn reason(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("a problem document");
        body["reason"].as_str().expect("a reason").to_owned()
    }
}

/// Returns the field line for a user name and a password.
#[must_use]
pub fn basic(credential: &str) -> String {
    format!("Authorization: Basic {}\r\n", STANDARD.encode(credential))
}
