//! The promises of `HttpClient`, tested with servers that break the rules.

use std::convert::Infallible;
use std::time::Duration;

use authgate::oauth::{Fetch as _, HttpClient, MAX_RESPONSE_BYTES};
use authgate_tests::http::Server;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Redirect;
use axum::routing::{get, post};
use futures_util::stream;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

pub(crate) const CA: &str = include_str!("../../authgate/vectors/tls/ca.pem");

fn client() -> HttpClient {
    HttpClient::with_root_certificates(CA).unwrap().without_proxy()
}

pub(crate) fn get_from(uri: impl AsRef<str>) -> Request<Bytes> {
    Request::get(uri.as_ref()).body(Bytes::new()).unwrap()
}

/// Serves a single connection: sends `answer` after the first bytes of a request, and closes.
async fn answers(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        stream.write_all(answer).await.unwrap();
    });
    uri
}

async fn read(stream: &mut TcpStream) -> usize {
    stream.read(&mut [0; 4096]).await.unwrap()
}

#[tokio::test]
async fn passes_status_fields_and_bodies() {
    let app = Router::new().route(
        "/introspect",
        post(async |headers: HeaderMap, body: String| {
            let fields = ["authorization", "host", "user-agent"]
                .map(|name| headers[name].to_str().unwrap().to_owned());
            (StatusCode::BAD_REQUEST, [("x-answer", "42")], format!("{body} {}", fields.join(" ")))
        }),
    );
    let Server { address } = Server::of(app).await;
    let request = Request::post(format!("http://{address}/introspect"))
        .header("authorization", "Basic eDp5")
        .header("user-agent", "test")
        .body("token=t".into());
    let response = client().fetch(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.headers()["x-answer"], "42");
    assert_eq!(*response.body(), format!("token=t Basic eDp5 {address} test"));
}

#[tokio::test]
async fn follows_no_redirect() {
    let app = Router::new()
        .route("/moved", get(async || Redirect::permanent("/keys")))
        .route("/keys", get(async || "keys"));
    let Server { address } = Server::of(app).await;
    let response = client().fetch(get_from(format!("http://{address}/moved"))).await.unwrap();
    assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(response.headers()["location"], "/keys");
}

#[tokio::test]
async fn reads_bodies_up_to_limit() {
    // In chunks, without `Content-Length`.
    let chunked = async |length: usize| {
        Body::from_stream(stream::iter(
            vec![b'x'; length]
                .chunks(1024)
                .map(|c| Ok::<_, Infallible>(Bytes::copy_from_slice(c)))
                .collect::<Vec<_>>(),
        ))
    };
    let app = Router::new()
        .route("/most", get(move || chunked(MAX_RESPONSE_BYTES)))
        .route("/more", get(move || chunked(MAX_RESPONSE_BYTES + 1)))
        .route("/more-with-length", get(async || vec![b'x'; MAX_RESPONSE_BYTES + 1]));
    let Server { address } = Server::of(app).await;
    let most = client().fetch(get_from(format!("http://{address}/most"))).await.unwrap();
    assert_eq!(most.body().len(), MAX_RESPONSE_BYTES);
    for path in ["more", "more-with-length"] {
        let error = client().fetch(get_from(format!("http://{address}/{path}"))).await.unwrap_err();
        assert_eq!(error.to_string(), "length limit exceeded");
    }
}

#[tokio::test]
async fn stops_reading_endless_body() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // Until the client closes the connection.
        while stream.write_all(&[b'x'; 64 * 1024]).await.is_ok() {}
    });
    let error = client().fetch(get_from(uri)).await.unwrap_err();
    assert_eq!(error.to_string(), "length limit exceeded");
    server.await.unwrap();
}

#[tokio::test]
async fn rejects_malformed_and_truncated_responses() {
    for (answer, reason) in [
        (
            &b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"keys\""[..],
            "end of file before message length reached",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
            "unexpected EOF during chunk size line",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "connection closed before message completed"),
        (b"SSH-2.0-OpenSSH_10\r\n", "invalid HTTP version parsed"),
        (b"", "connection closed before message completed"),
    ] {
        let error = client().fetch(get_from(answers(answer).await)).await.unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn rejects_header_section_of_any_length() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.unwrap();
        while stream.write_all(&[b'x'; 64 * 1024]).await.is_ok() {}
    });
    let error = client().fetch(get_from(uri)).await.unwrap_err().to_string();
    assert!(error.ends_with("message head is too large"), "{error}");
    server.await.unwrap();
}

#[tokio::test]
async fn closes_connection_when_future_is_dropped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let client = client();
    let fetching = tokio::spawn(async move { client.fetch(get_from(uri)).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    read(&mut stream).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\nslow: ").await.unwrap();
    fetching.abort();
    assert_eq!(read(&mut stream).await, 0);
}

#[tokio::test(start_paused = true)]
async fn gives_up_on_connection_that_is_not_accepted() {
    // The queue is full, so that the kernel answers no further connection.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        waiting.push(stream);
        assert!(waiting.len() < 100, "the queue has no end");
    }
    expect_timeout(&format!("http://{address}/"), "deadline has elapsed").await;
}

#[tokio::test(start_paused = true)]
async fn gives_up_on_silent_tls_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    expect_timeout(&format!("https://{}/", listener.local_addr().unwrap()), "no connection after 1 s").await;
}

/// The clock is paused: it advances only when nothing else can happen.
async fn expect_timeout(uri: &str, reason: &str) {
    let fetched = timeout(Duration::from_millis(1500), client().fetch(get_from(uri))).await;
    let error = fetched.expect("gives up in time").unwrap_err().to_string();
    assert!(error.ends_with(reason), "{error}");
}

#[tokio::test]
async fn replaces_connection_that_server_closed_while_idle() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    let (closed, mut is_closed) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
            stream.shutdown().await.unwrap();
            assert_eq!(read(&mut stream).await, 0);
            closed.send(()).await.unwrap();
        }
    });
    let client = client();
    for _ in 0..3 {
        assert_eq!(client.fetch(get_from(&uri)).await.unwrap().body(), "ok");
        is_closed.recv().await.unwrap();
    }
}

#[tokio::test]
async fn reuses_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        while read(&mut stream).await > 0 {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        }
    });
    let client = client();
    for _ in 0..3 {
        assert_eq!(client.clone().fetch(get_from(&uri)).await.unwrap().body(), "ok");
    }
}

#[tokio::test]
async fn rejects_uris_without_server() {
    for uri in ["/keys", "ftp://127.0.0.1/", "file:///etc/passwd"] {
        let Ok(request) = Request::get(uri).body(Bytes::new()) else { continue };
        client().fetch(request).await.unwrap_err();
    }
}
