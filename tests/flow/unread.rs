//! A denial leaves the body of the request unread, and the connection closes.

use std::net::SocketAddr;
use std::time::Duration;

use authgate::routing::post;
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::send;
use authgate_tests::token::token;
use axum::body::Body;
use http::{Request, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

async fn upload(user: Authenticated<User>, body: String) -> String {
    format!("{} sent {}", user.sub, body.len())
}

fn app() -> axum::Router {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    Router::new().route("/upload", post(upload)).with_state(gate)
}

async fn connection_of(version: Version, field: (&str, &str)) -> Option<String> {
    let request = Request::post("/upload").version(version).header(field.0, field.1);
    let answer = send(&app(), request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 401);
    answer.header("connection").map(str::to_owned)
}

#[tokio::test]
async fn denial_of_a_request_with_a_body_closes_an_http_1_connection() {
    for version in [Version::HTTP_10, Version::HTTP_11] {
        for field in [("content-length", "7"), ("transfer-encoding", "chunked")] {
            assert_eq!(
                connection_of(version, field).await.as_deref(),
                Some("close"),
                "{version:?} {field:?}"
            );
        }
        for field in [("content-length", "0"), ("accept", "*/*")] {
            assert_eq!(connection_of(version, field).await, None, "{version:?} {field:?}");
        }
    }
    assert_eq!(connection_of(Version::HTTP_2, ("content-length", "7")).await, None, "a stream of its own");
}

#[tokio::test]
async fn allowed_request_keeps_its_connection() {
    let request = Request::post("/upload")
        .header("authorization", format!("Bearer {}", token(&json!({}))))
        .header("content-length", "7");
    let answer = send(&app(), request.body(Body::from("a short")).unwrap()).await;
    answer.assert_is(200, "vera sent 7");
    assert_eq!(answer.header("connection"), None);
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app()).await });
    address
}

/// The client waits for the response before it sends a body of a megabyte.
#[tokio::test]
async fn client_that_waits_to_send_a_large_body_learns_that_the_connection_closes() {
    let mut stream = TcpStream::connect(serve().await).await.unwrap();
    let head = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the server closes").unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
}
