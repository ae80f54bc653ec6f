//! A WebSocket, or a stream of events, that ends with the credential of the caller.

mod ends;
mod inherited;
mod session;

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use authgate::routing::get;
use authgate::scheme::bearer::InMemoryRevocations;
use authgate::{Authenticated, Authorized, Decision, Gate, Granted, Policy, Resource, Router};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::http::Server;
use authgate_tests::token::{ISSUER, now, token};
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt as _, Stream, StreamExt as _, stream};
use serde_json::{Value, json};
use std::time::SystemTime;
use tokio::net::TcpStream;
use tokio::time::{interval, sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message as Received};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than any test takes.
const PATIENCE: Duration = Duration::from_secs(60);

// The program.

async fn chat(user: Authenticated<User>, upgrade: WebSocketUpgrade) -> Response {
    let expired = user.expired();
    let name = user.sub.clone();
    upgrade.on_upgrade(move |socket| echo(socket, name, expired))
}

async fn echo(mut socket: WebSocket, name: String, expired: impl Future<Output = ()> + Send) {
    let mut expired = pin!(expired);
    loop {
        tokio::select! {
            () = &mut expired => {
                let frame = CloseFrame { code: close_code::POLICY, reason: "the credential ended".into() };
                drop(socket.send(Message::Close(Some(frame))).await);
                return;
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if socket.send(format!("{name}: {text}").into()).await.is_err() {
                        return;
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
    }
}

async fn news(admin: Authorized<role::Admin>) -> impl IntoResponse {
    Sse::new(ticks().take_until(admin.expired()))
}

struct Room(u64);

impl<S: Sync> Resource<S> for Room {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &S) -> Result<Option<Self>, Infallible> {
        Ok((id == 7).then_some(Self(id)))
    }
}

struct MayListen;

impl Policy<Room> for MayListen {
    type Principal = User;

    fn decide(user: &User, room: &Room) -> Decision {
        Decision::allow_if(user.sub == "vera" && room.0 == 7)
    }
}

async fn listen(room: Granted<MayListen, Room>) -> impl IntoResponse {
    Sse::new(ticks().take_until(room.expired()))
}

fn ticks() -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(interval(Duration::from_millis(200)), |mut interval| async {
        interval.tick().await;
        Some((Ok(Event::default().data("tick")), interval))
    })
}

// Its clients.

async fn served() -> (Server, InMemoryRevocations) {
    let revoked = InMemoryRevocations::new();
    let gate = Gate::builder().scheme(bearer().revoked_by(revoked.clone())).build().unwrap();
    let routes = Router::new()
        .route("/chat", get(chat))
        .route("/news", get(news))
        .route("/rooms/{id}", get(listen))
        .with_state(gate);
    (Server::of(routes).await, revoked)
}

/// Returns a token for the tests, which have one id.
fn token_until(exp: u64) -> String {
    token(&json!({ "jti": "id-1", "exp": exp, "roles": ["admin"] }))
}

fn in_an_hour() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

/// A WebSocket client (RFC 6455).
struct Client(WebSocketStream<TcpStream>);

impl Client {
    /// Connects with this header field. Returns the status if the server denies it.
    async fn connect(server: &Server, path: &str, name: &'static str, value: &str) -> Result<Self, u16> {
        let mut request = format!("ws://{}{path}", server.address).into_client_request().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        let stream = TcpStream::connect(server.address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn with_token(server: &Server, token: &str) -> Result<Self, u16> {
        Self::connect(server, "/chat", "authorization", &format!("Bearer {token}")).await
    }

    async fn assert_echoes(&mut self, name: &str) {
        self.0.send(Received::text("hello")).await.unwrap();
        let answer = timeout(PATIENCE, self.0.next()).await.expect("an answer").unwrap().unwrap();
        assert_eq!(answer.into_text().unwrap().as_str(), format!("{name}: hello"));
    }

    async fn assert_closed(&mut self) {
        let end = timeout(PATIENCE, self.0.next()).await.expect("the end").unwrap().unwrap();
        let Received::Close(Some(frame)) = end else { panic!("{end:?}") };
        assert_eq!(u16::from(frame.code), close_code::POLICY);
    }
}

#[tokio::test]
async fn socket_ends_when_the_token_expires() {
    let (server, _) = served().await;
    let mut client = Client::with_token(&server, &token_until(now() + 2)).await.unwrap();
    client.assert_echoes("vera").await;
    client.assert_closed().await;
}

/// Time is paused, and advances while all tasks wait.
#[tokio::test(start_paused = true)]
async fn socket_ends_when_the_token_is_revoked_and_goes_on_until_then() {
    let (server, revoked) = served().await;
    let token = token_until(now() + 300);
    let mut client = Client::with_token(&server, &token).await.unwrap();
    for _ in 0..5 {
        client.assert_echoes("vera").await;
        sleep(Duration::from_secs(9)).await;
    }
    client.assert_echoes("vera").await;
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    client.assert_closed().await;
    assert_eq!(Client::with_token(&server, &token).await.err(), Some(401));
}

/// A token is accepted for 30 seconds after it has expired. A connection ends without leeway.
#[tokio::test]
async fn socket_of_an_expired_token_within_the_leeway_ends_at_once() {
    let (server, _) = served().await;
    let mut client = Client::with_token(&server, &token_until(now() - 5)).await.unwrap();
    client.assert_closed().await;
}

#[tokio::test]
async fn socket_is_denied_without_a_valid_token() {
    let (server, revoked) = served().await;
    let claims = |over: Value| token(&over);
    for bad in [
        String::new(),
        "abc".to_owned(),
        token_until(now() - 600),
        claims(json!({ "jti": "id-1", "exp": "soon" })),
        claims(json!({ "jti": 1 })),
        claims(json!({})),
    ] {
        assert_eq!(Client::with_token(&server, &bad).await.err(), Some(401), "{bad}");
    }
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    assert_eq!(Client::with_token(&server, &token_until(now() + 300)).await.err(), Some(401));
}

#[tokio::test]
async fn event_stream_ends_when_the_token_expires() {
    let (server, _) = served().await;
    for path in ["/news", "/rooms/7"] {
        let line = format!("Authorization: Bearer {}\r\n", token_until(now() + 2));
        let read = timeout(PATIENCE, server.get(path, &line)).await.expect("the end");
        assert_eq!((read.status, read.lines("content-type")), (200, vec!["text/event-stream"]));
        assert!(read.body.contains("data: tick"), "{}", read.body);
    }
}

#[tokio::test(start_paused = true)]
async fn event_stream_ends_when_the_token_is_revoked() {
    let (server, revoked) = served().await;
    let line = format!("Authorization: Bearer {}\r\n", token_until(now() + 300));
    let reading = tokio::spawn(async move { server.get("/news", &line).await });
    sleep(Duration::from_secs(25)).await;
    assert!(!reading.is_finished());
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    let read = timeout(PATIENCE, reading).await.expect("the end").unwrap();
    assert_eq!(read.status, 200);
    assert!(read.body.matches("data: tick").count() > 100, "{}", read.body.len());
}

#[tokio::test]
async fn event_stream_is_denied_without_the_right() {
    let (server, _) = served().await;
    let viewer = format!("Authorization: Bearer {}\r\n", token(&json!({ "jti": "id-1" })));
    for (path, status) in [("/news", 403), ("/rooms/8", 404), ("/rooms/x", 404)] {
        assert_eq!(server.get(path, &viewer).await.status, status, "{path}");
    }
    assert_eq!(server.get("/news", "").await.status, 401);
}
