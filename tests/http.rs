//! An application behind a real socket, and a client that sends what it is told to.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// An application that is served.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// Where.
    pub address: SocketAddr,
}

/// A response as it was read.
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
    /// Serves on a free port, as long as the runtime lives.
    pub async fn of(app: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address }
    }

    /// `GET`, with these lines of fields, each ended by CRLF.
    pub async fn get(&self, path: &str, fields: impl AsRef<[u8]>) -> Read {
        self.write(&format!("GET {path}"), fields.as_ref(), b"").await
    }

    /// `POST /reports` or its like, with a body.
    pub async fn send(&self, line: &str, fields: &str, body: &str) -> Read {
        let fields = format!("{fields}Content-Length: {}\r\n", body.len());
        self.write(line, fields.as_bytes(), body.as_bytes()).await
    }

    async fn write(&self, line: &str, fields: &[u8], body: &[u8]) -> Read {
        let head = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        let request = [head.as_bytes(), fields, b"\r\n", body].concat();
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        // A server that has answered already may not take it all.
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
    /// The values of a field, named in lower case.
    #[must_use]
    pub fn lines(&self, name: &str) -> Vec<&str> {
        self.head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
    }

    /// The `reason` of a problem document.
    #[must_use]
    pub fn reason(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("a problem document");
        body["reason"].as_str().expect("a reason").to_owned()
    }
}

/// The field line with a user name and a password.
#[must_use]
pub fn basic(credential: &str) -> String {
    format!("Authorization: Basic {}\r\n", STANDARD.encode(credential))
}
