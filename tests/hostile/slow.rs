//! Clients that send a part of a request and then stop, over real connections.
//!
//! The server limits how long such a client may take, not authgate: see the chapter on load in the
//! manual. These tests check that slow clients do not affect other clients.

use std::net::SocketAddr;

use authgate_tests::app::app;
use authgate_tests::http::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::raw::{Claims, HEADER, good, signed_by};

/// A request that has been sent partially.
struct Stopped {
    stream: TcpStream,
    rest: Vec<u8>,
    status: u16,
}

/// Sends the first `at` bytes of a request.
async fn start_request(address: SocketAddr, request: &str, at: usize, status: u16) -> Stopped {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let (now, rest) = request.as_bytes().split_at(at);
    stream.write_all(now).await.expect("the server reads");
    Stopped { stream, rest: rest.to_vec(), status }
}

impl Stopped {
    /// Sends the rest in a hundred pieces and asserts the status.
    async fn finish(mut self) {
        for piece in self.rest.chunks(self.rest.len().div_ceil(100)) {
            self.stream.write_all(piece).await.expect("the server reads");
        }
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.expect("an answer");
        let expected = format!("HTTP/1.1 {}", self.status);
        assert!(answer.starts_with(&expected), "{expected}: {answer}");
    }
}

/// Returns requests, the position at which each stops, and the expected status. Requests stop in
/// the target, in a field, and before the last byte.
fn requests() -> Vec<(String, usize, u16)> {
    let good = good();
    let forged = signed_by(HEADER, Claims::good().json(), |_| vec![7; 32]);
    let large = "a".repeat(30_000);
    let mut all = Vec::new();
    for (token, status) in [(good.as_str(), 200), (&forged, 401), (&large, 401)] {
        let request = format!(
            "GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n"
        );
        let stops = [1, 7, 30, request.len() / 2, request.len() - 1];
        all.extend(stops.map(|at| (request.clone(), at, status)));
    }
    let body = "{\"title\":\"a\"}";
    let put = format!(
        "PUT /reports/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // The request is denied before its body arrives.
    all.push((put.clone(), put.len() - 1, 401));
    all
}

/// Other clients get responses in the meantime. Each slow client gets a response after sending the
/// rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stalled_requests_do_not_delay_other_clients() {
    let (app, ran) = app();
    let server = Server::of(app).await;
    let mut waiting = Vec::new();
    for _ in 0..12 {
        for (request, at, status) in requests() {
            waiting.push(start_request(server.address, &request, at, status).await);
        }
    }
    let good = format!("Authorization: Bearer {}\r\n", good());
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let good = good.clone();
        callers.spawn(async move {
            let (let_in, denied) = (server.get("/me", &good).await, server.get("/me", "").await);
            (let_in.status, denied.status)
        });
    }
    assert!(callers.join_all().await.into_iter().all(|statuses| statuses == (200, 401)));
    assert_eq!(ran.times(), 50, "none of those that have not sent everything");

    let let_in = waiting.iter().filter(|stopped| stopped.status == 200).count();
    let mut slow = JoinSet::new();
    for stopped in waiting {
        slow.spawn(stopped.finish());
    }
    slow.join_all().await;
    assert_eq!(ran.times(), 50 + let_in);
}

/// The server keeps responding after clients disconnect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disconnected_clients_do_not_affect_the_server() {
    let (app, ran) = app();
    let server = Server::of(app).await;
    for (request, at, status) in requests().into_iter().cycle().take(200) {
        drop(start_request(server.address, &request, at, status).await);
    }
    assert_eq!(server.get("/me", format!("Authorization: Bearer {}\r\n", good())).await.status, 200);
    assert_eq!(ran.times(), 1);
}

/// RFC 9110 section 5.4: the limits of the HTTP library, and the sizes that it passes on.
#[tokio::test]
async fn header_section_size_is_limited_by_hyper() {
    let (app, ran) = app();
    let server = Server::of(app).await;
    let authorization = |bytes: usize| format!("Authorization: Bearer {}\r\n", "a".repeat(bytes));
    let two = format!("{0}{0}", authorization(5));
    let cookies = format!("Cookie: {}\r\n", vec!["a=b"; 10_000].join("; "));
    let accept = "Accept: text/html;q=0.1\r\n".repeat(90);
    for (what, fields, status) in [
        ("64 KiB", authorization(64 * 1024), 401),
        ("400,000 bytes", authorization(400_000), 401),
        // Between these sizes, the result depends on how many bytes the library reads at once.
        ("1 MiB", authorization(1024 * 1024), 431),
        ("10 MiB", authorization(10 * 1024 * 1024), 431),
        ("two lines", two.clone(), 400),
        ("a thousand lines", two.repeat(500), 431),
        ("10,000 cookies", cookies, 401),
        ("many lines", accept.clone(), 401),
        ("more lines", accept.repeat(2), 431),
    ] {
        let answer = server.get("/me", &fields).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.head);
        assert_eq!(
            answer.lines("www-authenticate").len(),
            usize::from(status < 431),
            "{what}: {}",
            answer.head
        );
    }
    let target = format!("/me?{}", "a".repeat(70_000));
    assert_eq!(server.get(&target, "").await.status, 414);
    assert_eq!(ran.times(), 0);
}
