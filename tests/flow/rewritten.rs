//! Layers in front of the router that rewrite the target of requests.

use authgate::credentials::{OriginalTarget, RequestCredentials};
use authgate::denial::Challenge;
use authgate::routing::{get, post};
use authgate::scheme::{Answer, Digest, Identity, Outcome, Properties, Scheme};
use authgate::{Authenticated, Context, Gate, Router};
use authgate_tests::app::User;
use authgate_tests::ask::{Answer as Response, ask, request, send};
use authgate_tests::digest::{Caller, REALM, Sent, users};
use authgate_tests::http::Server;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use http::Uri;
use http::header::COOKIE;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::normalize_path::NormalizePathLayer;

use crate::events::capture::capture;

async fn me(caller: Authenticated<Caller>, uri: Uri) -> String {
    format!("{caller:?} at {uri}")
}

fn app() -> axum::Router {
    let nested = Router::new().route("/me", get(me));
    let gate = Gate::builder().scheme(Digest::new(users()).realm(REALM)).build().unwrap();
    Router::new().route("/me", get(me)).nest("/a", nested).with_state(gate)
}

/// A router without routes, whose fallback is the application behind these layers.
macro_rules! behind {
    ($($layer:expr),+; $app:expr) => {
        axum::Router::new().fallback_service(ServiceBuilder::new()$(.layer($layer))+.service($app))
    };
}

/// Signs a request and sends it.
async fn signed(app: &axum::Router, line: &str, sent: &str) -> Response {
    let challenged = ask(app, line, &[]).await;
    Sent::by_alice(challenged.challenges()[0], sent).ask(app, line).await
}

#[tokio::test]
async fn digest_works_behind_a_layer_that_normalizes_paths() {
    let keep = tower::util::MapRequestLayer::new(OriginalTarget::keep::<axum::body::Body>);
    let app = behind!(keep, NormalizePathLayer::trim_trailing_slash(); app());
    for line in ["GET /me", "GET /me/", "GET /me/?a=b", "GET /a/me/"] {
        let answer = signed(&app, line, line).await;
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
    }
    // The client signs the target that it sends, and not the one that is routed.
    for (line, sent) in [("GET /me/", "GET /me"), ("GET /me", "GET /me/"), ("GET /a/me/", "GET /me")] {
        assert_eq!(signed(&app, line, sent).await.reason(), "credentials_malformed", "{line} {sent}");
    }
}

/// Without the original target, the same requests are rejected.
#[tokio::test]
async fn rewritten_target_is_compared_if_the_original_is_unknown() {
    let app = behind!(NormalizePathLayer::trim_trailing_slash(); app());
    assert_eq!(signed(&app, "GET /me", "GET /me").await.status, 200);
    assert_eq!(signed(&app, "GET /me/", "GET /me/").await.reason(), "credentials_malformed");
}

#[tokio::test]
async fn digest_works_over_http_behind_a_layer_that_normalizes_paths() {
    let service = ServiceBuilder::new()
        .map_request(OriginalTarget::keep)
        .layer(NormalizePathLayer::trim_trailing_slash())
        .service(app());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap() };
    tokio::spawn(async move {
        axum::serve(listener, axum::ServiceExt::<Request>::into_make_service(service)).await
    });
    let challenged = server.get("/me/", "").await;
    let line = challenged.head.lines().find_map(|line| line.strip_prefix("www-authenticate: ")).unwrap();
    let sent = Sent::by_alice(line, "GET /me/").credential();
    let read = server.get("/me/", format!("Authorization: {sent}\r\n")).await;
    assert_eq!((read.status, read.body.contains(" at /me")), (200, true), "{}", read.body);
    let replayed = server.get("/me", format!("Authorization: {sent}\r\n")).await;
    assert_eq!(replayed.status, 401);
}

/// A layer that a user writes: it removes a prefix, and states the target that the client has sent.
async fn without_prefix(mut request: Request, next: Next) -> axum::response::Response {
    let sent = request.uri().clone();
    request.extensions_mut().insert(OriginalTarget::new(sent.clone()));
    if let Some(rest) = sent.path_and_query().and_then(|path| path.as_str().strip_prefix("/api")) {
        *request.uri_mut() = rest.parse().unwrap_or(sent);
    }
    next.run(request).await
}

#[tokio::test]
async fn digest_works_behind_a_layer_that_removes_a_prefix() {
    let app = behind!(from_fn(without_prefix); app());
    for line in ["GET /api/me", "GET /api/a/me?b=c", "GET /me"] {
        let answer = signed(&app, line, line).await;
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
    }
    assert_eq!(signed(&app, "GET /api/me", "GET /me").await.reason(), "credentials_malformed");
}

/// A client cannot set extensions, and no field has their effect.
#[tokio::test]
async fn client_cannot_state_the_original_target() {
    let app = app();
    let challenged = ask(&app, "GET /me", &[]).await;
    let sent = Sent::by_alice(challenged.challenges()[0], "GET /a/me").credential();
    for field in ["x-original-uri", "x-original-url", "x-rewrite-url", "x-forwarded-prefix"] {
        let fields = [("authorization", sent.as_str()), (field, "/a/me")];
        assert_eq!(ask(&app, "GET /me", &fields).await.status, 401, "{field}");
    }
}

/// A scheme with a cookie that states the target of the request.
struct Biscuit;

impl Scheme<User> for Biscuit {
    fn challenge(&self) -> Challenge {
        Challenge::new("Biscuit").realm("jar").only_alone()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key(COOKIE)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let name = presented.uri().to_string();
        Outcome::Authenticated(Identity::new(User::new(&name, &[], &[]), Context::of("Biscuit"))).into()
    }

    fn properties(&self) -> Properties {
        Properties::new().fields([COOKIE])
    }
}

async fn target(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn site() -> axum::Router {
    let gate = Gate::builder().scheme(Biscuit).login_page("/login").build().unwrap();
    let app = Router::new().route("/me", get(target)).route("/pay", post(target)).with_state(gate);
    behind!(from_fn(without_prefix); app)
}

#[tokio::test]
async fn custom_scheme_login_and_log_use_the_original_target() {
    let app = site();
    ask(&app, "GET /api/me?a=b", &[("cookie", "x")]).await.assert_is(200, "/api/me?a=b");
    let browser = [("accept", "text/html"), ("sec-fetch-mode", "navigate")];
    let (answer, events) = capture(ask(&app, "GET /api/me?a=b", &browser)).await;
    assert_eq!(answer.header("location"), Some("/login?return_to=/api/me%3Fa%3Db"));
    let denied = events.iter().find(|event| event.target == "authgate::authentication").unwrap();
    assert_eq!(denied.field("path"), Some("/api/me"));
}

/// HTTP/2 has the host in the target. The check of the origin needs it, also if the original target
/// is only a path.
#[tokio::test]
async fn origin_is_compared_with_the_host_of_either_target() {
    let app = site();
    let only_path = from_fn(async |mut request: Request, next: Next| {
        let path = request.uri().path().parse().unwrap();
        request.extensions_mut().insert(OriginalTarget::new(path));
        next.run(request).await
    });
    let gate = Gate::builder().scheme(Biscuit).build().unwrap();
    let of_path = behind!(only_path; Router::new().route("/pay", post(target)).with_state(gate));
    for (app, line) in
        [(&app, "POST https://app.example/api/pay"), (&of_path, "POST https://app.example/pay")]
    {
        for (origin, status) in [("https://app.example", 200), ("https://evil.example", 403)] {
            let sent = request(line, &[("cookie", "x"), ("origin", origin)]);
            let answer = send(app, sent).await;
            assert_eq!(answer.status, status, "{line} from {origin}: {}", answer.body);
        }
    }
}
