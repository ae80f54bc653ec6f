//! Web sockets and streams of events that end with the credential, and delegated callers.

use std::time::Duration;

use authgate::routing::get;
use authgate::scheme::bearer::RevokedIds;
use authgate::{Authenticated, Authorized, Gate, Router};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::http::Server;
use authgate_tests::token::{now, token};
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use futures_util::stream::{self, Stream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tower::ServiceExt as _;

use super::events::capture::capture;

/// Echoes messages until the credential ends.
async fn chat(user: Authenticated<User>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        let mut expired = std::pin::pin!(user.expired());
        loop {
            tokio::select! {
                () = &mut expired => {
                    drop(socket.send(Message::text("expired")).await);
                    return;
                }
                message = socket.recv() => {
                    let Some(Ok(message)) = message else { return };
                    drop(socket.send(message).await);
                }
            }
        }
    })
}

/// Sends an event every 100 milliseconds until the credential ends.
async fn events(viewer: Authorized<role::Viewer>) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let ticks = stream::unfold((), |()| async {
        sleep(Duration::from_millis(100)).await;
        Some((Ok(Event::default().data("tick")), ()))
    });
    Sse::new(ticks.take_until(viewer.expired()))
}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new().route("/chat", get(chat)).route("/events", get(events)).with_state(gate)
}

#[tokio::test]
async fn web_socket_ends_when_the_token_expires() {
    let server = Server::of(app(Gate::builder().scheme(bearer()).build().unwrap())).await;
    let connect = async |exp: u64| {
        let mut request = format!("ws://{}/chat", server.address).into_client_request().unwrap();
        let token = token(&json!({ "exp": exp }));
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        connect_async(request).await.unwrap().0
    };
    let mut short = connect(now() + 2).await;
    let mut long = connect(now() + 600).await;
    short.send("hello".into()).await.unwrap();
    assert_eq!(short.next().await.unwrap().unwrap().to_text().unwrap(), "hello");
    let last = timeout(Duration::from_secs(30), short.next()).await.expect("the socket ends");
    assert_eq!(last.unwrap().unwrap().to_text().unwrap(), "expired");
    long.send("still here".into()).await.unwrap();
    assert_eq!(long.next().await.unwrap().unwrap().to_text().unwrap(), "still here");
    let mut anonymous = format!("ws://{}/chat", server.address).into_client_request().unwrap();
    anonymous.headers_mut().remove("authorization");
    let denied = connect_async(anonymous).await.unwrap_err().to_string();
    assert!(denied.contains("401"), "{denied}");
}

async fn stream_of(app: &axum::Router, token: &str) -> axum::body::BodyDataStream {
    let request = http::Request::get("/events").header("authorization", format!("Bearer {token}"));
    let response = app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().into_data_stream()
}

fn is_tick(event: Option<Result<Bytes, axum::Error>>) -> bool {
    event.is_some_and(|event| event.unwrap().starts_with(b"data: tick"))
}

/// The clock of tokio runs ahead, so that the test does not wait for the lookups.
#[tokio::test(start_paused = true)]
async fn stream_ends_when_the_token_is_revoked() {
    let revoked = RevokedIds::new();
    let gate = Gate::builder().scheme(bearer().revoked_by(revoked.clone())).build().unwrap();
    let app = app(gate);
    let of = |id: &str| token(&json!({ "jti": id, "exp": now() + 600, "roles": ["viewer"] }));
    let (mut first, mut second) = (stream_of(&app, &of("first")).await, stream_of(&app, &of("second")).await);
    assert!(is_tick(first.next().await) && is_tick(second.next().await));
    revoked.revoke("first", std::time::SystemTime::now() + Duration::from_secs(600));
    assert!(first.take(200).count().await < 200, "ends at the next lookup");
    for _ in 0..300 {
        assert!(is_tick(second.next().await), "goes on");
    }
}

/// A source of revocations that fails ends nothing before the expiry, and one that panics does.
#[tokio::test(start_paused = true)]
async fn stream_outlives_a_source_that_fails_but_not_one_that_panics() {
    use authgate::scheme::bearer::{RevocationStatus, Revocations};

    struct Broken {
        panics: bool,
        asked: std::sync::atomic::AtomicUsize,
    }
    impl Revocations for Broken {
        async fn status(&self, _: &authgate::Context) -> RevocationStatus {
            match self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 => RevocationStatus::Good,
                _ if self.panics => panic!("the source panics"),
                1 => std::future::pending().await,
                _ => RevocationStatus::Unavailable,
            }
        }
    }
    for panics in [false, true] {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let gate = Gate::builder().scheme(bearer().revoked_by(Broken { panics, asked })).build().unwrap();
        let app = app(gate);
        let stream = stream_of(&app, &token(&json!({ "exp": now() + 600, "roles": ["viewer"] }))).await;
        let ticks = stream.take(500).count().await;
        assert_eq!(ticks == 500, !panics, "{ticks}");
    }
}

#[tokio::test]
async fn log_names_the_caller_and_who_acts_for_it() {
    async fn actor(user: Authenticated<User>) -> String {
        user.context().actor().unwrap_or("itself").to_owned()
    }
    async fn purge(_: Authorized<role::Admin>) {}
    let gate = Gate::builder().scheme(bearer()).build().unwrap();
    let app = Router::new().route("/actor", get(actor)).route("/purge", get(purge)).with_state(gate);
    let delegated = token(&json!({ "act": { "sub": "billing", "act": { "sub": "earlier" } } }));
    ask_with(&app, "GET /actor", &delegated).await.assert_is(200, "billing");
    for unread in [
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!({ "sub": 7 }),
        json!({ "sub": "x".repeat(2000) }),
    ] {
        ask_with(&app, "GET /actor", &token(&json!({ "act": unread }))).await.assert_is(200, "itself");
    }
    let forged = token(&json!({ "act": { "sub": "billing\nlevel=ERROR" } }));
    for (token, name) in
        [(delegated, Some("billing")), (forged, Some("billing\\nlevel=ERROR")), (token(&json!({})), None)]
    {
        let fields = [("authorization", format!("Bearer {token}"))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let (answer, events) = capture(ask(&app, "GET /purge", &fields)).await;
        assert_eq!(answer.status, 403);
        assert_eq!((events[0].field("principal"), events[0].field("actor")), (Some("vera"), name));
    }
}
