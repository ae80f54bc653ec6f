#[path = "../../examples/digest.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::print_stdout,
    reason = "an application, and its `main`"
)]
mod example;

pub(crate) async fn app() -> axum::Router {
    example::app().unwrap()
}

use authgate_tests::digest::{Sent, written};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Serves the example on a free port.
async fn serve_example() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = example::app().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Sends a request such as `GET /me` and reads the whole response.
async fn ask(server: std::net::SocketAddr, line: &str, authorization: Option<String>) -> String {
    let field = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
    let request = format!("{line} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{field}\r\n");
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

/// Returns the challenges of a response.
fn challenges(response: &str) -> Vec<&str> {
    response.lines().filter_map(|line| line.strip_prefix("www-authenticate: ")).collect()
}

#[track_caller]
fn assert_response(response: &str, status: u16, body: &str) {
    assert!(response.starts_with(&format!("HTTP/1.1 {status} ")) && response.ends_with(body), "{response}");
}

#[tokio::test]
async fn users_authenticate_with_sha256_and_md5() {
    let server = serve_example().await;
    assert_response(&ask(server, "GET /health", None).await, 200, "ok");
    assert_response(&ask(server, "GET /robots.txt", None).await, 200, "Disallow: /\n");
    let chief = ("chief", "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}:42");
    for position in [0, 1] {
        for ((user, password), line, status, body) in [
            (("reader", "wonderland"), "GET /me", 200, r#"{"roles":["viewer"],"sub":"reader"}"#),
            (("reader", "wonderland"), "GET /admin", 403, ""),
            (("reader", "looking glass"), "GET /me", 401, ""),
            (chief, "GET /me?x=%20", 200, r#"{"roles":["admin"],"sub":"chief"}"#),
            (chief, "GET /admin", 200, "welcome, chief\n"),
        ] {
            let denied = ask(server, line, None).await;
            assert_response(&denied, 401, "");
            let challenges = challenges(&denied);
            let algorithms: Vec<_> = challenges.iter().map(|it| written(it, "algorithm").unwrap()).collect();
            assert_eq!(algorithms, ["SHA-256", "MD5"]);
            let sent = Sent::by(user, password, challenges[position], line);
            let response = ask(server, line, Some(sent.credential())).await;
            assert_response(&response, status, body);
            let confirmed = response.contains(&format!("rspauth=\"{}\"", sent.rspauth()));
            assert_eq!(confirmed, status != 401, "{response}");
        }
    }
}
