//! Log events: one for each denial, without secrets.

pub(crate) mod capture;
mod cause;
mod holds;
mod manual;
mod session_cause;

use std::net::SocketAddr;

use authgate::routing::get;
use authgate::scheme::Keys;
use authgate::{Authenticated, Authorized, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::{User, app, bearer, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{ISSUER, now, token, token_of};
use axum::extract::connect_info::MockConnectInfo;
use serde_json::json;
use tracing::Level;

use capture::{Event, capture, capture_all};

async fn me(_: Authenticated<User>) {}

async fn purge(_: Authorized<role::Admin>) {}

#[public(reason = "greets anonymous callers too")]
async fn greet(_: Option<Authenticated<User>>) {}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<(), Denial> {
    caller.authenticate().await.map(drop)
}

fn routes() -> axum::Router {
    let gate = Gate::builder().scheme(bearer()).scheme(Ticket::new("Ticket")).build().unwrap();
    Router::new()
        .route("/me", get(me))
        .route("/purge/{id}", get(purge))
        .route("/greet", get(greet))
        .route("/look", get(look))
        .with_state(gate)
}

/// Asserts that a route was registered in this file. A route is logged as `file:line:column`.
#[track_caller]
fn assert_registered_here(route: &str) {
    let place = route.strip_prefix(file!()).unwrap_or_else(|| panic!("{route} is not in {}", file!()));
    assert_eq!(place.split(':').skip(1).filter(|number| number.parse::<u32>().is_ok()).count(), 2, "{route}");
}

/// Returns the single event of a request.
async fn event_of(line: &str, authorization: &str) -> Event {
    let app = routes();
    let (answer, mut events) = capture(ask(&app, line, &[("authorization", authorization)])).await;
    assert!(answer.status.is_client_error() || answer.status.is_server_error());
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

#[tokio::test]
async fn failed_authentication_logs_an_authentication_event() {
    let expired = format!("Bearer {}", token(&json!({ "exp": now() - 100 })));
    for (authorization, reason, status, scheme) in [
        ("", "credentials_missing", "401", None),
        ("Bearer abc", "credentials_malformed", "401", Some("Bearer")),
        (&expired, "credentials_expired", "401", Some("Bearer")),
        ("Ticket revoked", "credentials_revoked", "401", Some("Ticket")),
        ("Bearer a, Bearer b", "credentials_ambiguous", "400", None),
    ] {
        for (path, route) in [("/me", "/me"), ("/purge/1", "/purge/{id}")] {
            let event = event_of(&format!("GET {path}"), authorization).await;
            assert_eq!((event.target, event.level), ("authgate::authentication", Level::INFO));
            let mut expected = vec![("message", "not authenticated"), ("method", "GET"), ("path", path)];
            expected.extend([("reason", reason), ("route", route), ("status", status)]);
            expected.extend(scheme.map(|scheme| ("scheme", scheme)));
            event.assert_fields(&expected);
        }
    }
}

#[tokio::test]
async fn failed_authorization_logs_an_authorization_event() {
    let bearer = format!("Bearer {}", token_of(&["viewer"]));
    for (authorization, scheme) in [("Ticket vera", "Ticket"), (&bearer, "Bearer")] {
        let mut event = event_of("GET /purge/7", authorization).await;
        assert_eq!((event.target, event.level), ("authgate::authorization", Level::INFO));
        let decision = event.take("decision").unwrap();
        assert!(decision.len() == 16 && decision.bytes().all(|byte| byte.is_ascii_hexdigit()), "{decision}");
        assert_registered_here(&event.take("registered").unwrap());
        assert_eq!(event.take("issuer").as_deref(), (scheme == "Bearer").then_some(ISSUER));
        let holds = event.take("holds").unwrap();
        let of_bearer = "role:viewer, scope:reports:read, scope:reports:write";
        assert_eq!(holds, if scheme == "Bearer" { of_bearer } else { "role:viewer" });
        event.assert_fields(&[
            ("message", "not authorized"),
            ("method", "GET"),
            ("needs", "role:admin"),
            ("path", "/purge/7"),
            ("principal", "vera"),
            ("reason", "role_missing"),
            ("route", "/purge/{id}"),
            ("scheme", scheme),
            ("status", "403"),
            ("why", "role:admin: no"),
        ]);
    }
}

#[tokio::test]
async fn unavailable_scheme_logs_a_gate_error() {
    let mut event = event_of("GET /me", "Ticket down").await;
    assert_eq!((event.target, event.level), ("authgate::gate", Level::ERROR));
    assert_registered_here(&event.take("registered").unwrap());
    event.assert_fields(&[
        ("message", "undecided"),
        ("method", "GET"),
        ("path", "/me"),
        ("reason", "undecided"),
        ("route", "/me"),
        ("scheme", "Ticket"),
        ("status", "503"),
    ]);
}

#[tokio::test]
async fn denial_in_the_handler_logs_method_and_path() {
    let event = event_of("GET /look", "Bearer abc").await;
    assert_eq!((event.field("method"), event.field("path")), (Some("GET"), Some("/look")));
    assert_eq!(event.field("reason"), Some("credentials_malformed"));
}

#[tokio::test]
async fn allowed_request_logs_no_event() {
    let app = routes();
    let admin = format!("Bearer {}", token_of(&["admin"]));
    for (line, authorization) in [
        ("GET /me", "Ticket vera"),
        ("GET /purge/1", &admin),
        ("GET /greet", ""),
        ("GET /greet", &admin),
        ("GET /look", &admin),
    ] {
        let (answer, events) = capture(ask(&app, line, &[("authorization", authorization)])).await;
        assert_eq!(answer.status, 200, "{line}");
        assert!(events.is_empty(), "{line}: {events:?}");
    }
}

#[tokio::test]
async fn event_of_a_nested_route_has_the_full_path() {
    let (app, _) = app();
    for line in ["GET /admin/reports", "GET /admin/reports?a=b"] {
        let (_, events) = capture(ask(&app, line, &[])).await;
        assert_eq!(events[0].field("path"), Some("/admin/reports"));
        assert_eq!(events[0].field("route"), Some("/admin/reports"));
    }
}

#[tokio::test]
async fn event_has_the_peer_if_the_server_knows_it() {
    let peer = SocketAddr::from(([203, 0, 113, 9], 4711));
    let app = routes().layer(MockConnectInfo(peer));
    for (authorization, status) in [("Ticket revoked", 401), ("Ticket vera", 403), ("Ticket down", 503)] {
        let (answer, events) = capture(ask(&app, "GET /purge/1", &[("authorization", authorization)])).await;
        assert_eq!(answer.status, status);
        assert_eq!((events.len(), events[0].field("peer")), (1, Some("203.0.113.9:4711")));
    }
}

#[tokio::test]
async fn missing_gate_layer_for_response_fields_logs_a_warning() {
    let ticket = Ticket { answers: true, ..Ticket::new("Ticket") };
    let gate = Gate::builder().scheme(ticket).build().unwrap();
    let app = axum::Router::new().route("/", axum::routing::get(me)).with_state(gate);
    let (answer, events) = capture(ask(&app, "GET /", &[("authorization", "Ticket vera")])).await;
    assert_eq!((answer.status.as_u16(), events.len()), (200, 1));
    assert_eq!((events[0].target, events[0].level), ("authgate::gate", Level::WARN));
    assert!(events[0].field("message").unwrap().contains("add `gate.layer()` to the router"));
}

#[tokio::test]
async fn build_warns_of_dangerous_settings() {
    let build = async || {
        Gate::<User>::builder().scheme(bearer().dangerous("a legacy issuer").without_expiry()).build().is_ok()
    };
    let (built, events) = capture(build()).await;
    assert!(built && events.len() == 1, "{events:?}");
    assert_eq!((events[0].target, events[0].level), ("authgate::gate", Level::WARN));
    assert_eq!(events[0].field("what"), Some("without_expiry"));
    assert_eq!(events[0].field("reason"), Some("a legacy issuer"));
}

/// 404 and 405 come from the router and are not denials.
#[tokio::test]
async fn router_404_and_405_log_no_event() {
    let (app, _) = app();
    for line in ["GET /unknown", "POST /me"] {
        let (_, events) = capture(ask(&app, line, &[])).await;
        assert!(events.is_empty(), "{events:?}");
    }
}

#[tokio::test]
async fn events_contain_no_credential_and_no_query() {
    let secret = "s3cr3t";
    for authorization in
        ["Bearer s3cr3t", "Ticket s3cr3t", "s3cr3t", "Basic s3cr3t", "Bearer s3cr3t, Bearer s3cr3t"]
    {
        let event = event_of(&format!("GET /me?access_token={secret}"), authorization).await;
        assert!(!format!("{event:?}").contains(secret), "{event:?}");
        assert_eq!(event.field("path"), Some("/me"));
    }
    let token = token_of(&["viewer"]);
    let (header, signature) = (token.split('.').next().unwrap(), token.rsplit('.').next().unwrap());
    let event = event_of(&format!("GET /purge/1?token={token}"), &format!("Bearer {token}")).await;
    let told = format!("{event:?}");
    assert!(!told.contains(header) && !told.contains(signature), "{told}");
}

/// Clients choose paths and methods, with any characters and any length.
#[tokio::test]
async fn escapes_and_truncates_path_and_method() {
    let app = routes();
    for misleading in ["\u{85}", "\u{9b}2K", "\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}", "\u{2028}"] {
        let (_, events) = capture(ask(&app, &format!("GET /purge/a{misleading}b"), &[])).await;
        let path = events[0].field("path").expect("a path");
        assert!(path.starts_with("/purge/a\\u{") && path.ends_with('b'), "{path:?}");
        assert!(path.chars().all(|c| c.is_ascii_graphic()), "{path:?}");
    }
    let long = format!("GET /purge/{}", "\u{e9}".repeat(30_000));
    let (_, events) = capture(ask(&app, &long, &[])).await;
    let path = events[0].field("path").expect("a path");
    assert!(path.chars().count() < 300 && path.ends_with("\u{e9}\\..."), "{path:?}");
    let method = "X".repeat(5_000);
    let (_, events) = capture(ask(&routes_of_any_method(), &format!("{method} /me"), &[])).await;
    let method = events[0].field("method").expect("a method");
    assert!(method.len() < 300 && method.ends_with("X\\..."), "{method:?}");
}

fn routes_of_any_method() -> axum::Router {
    let gate = Gate::builder().scheme(bearer()).build().unwrap();
    Router::new().route("/me", authgate::routing::any(me)).with_state(gate)
}

#[tokio::test]
async fn principal_name_is_escaped_to_one_line() {
    let (app, _) = app();
    let name = "eve\n2026 INFO authgate: all is well\r\u{1b}[2K\u{85}\u{2028}";
    let line = "DELETE /reports/1";
    let (answer, events) = capture(ask_with(&app, line, &token(&json!({ "sub": name })))).await;
    assert_eq!(answer.status, 403);
    let told = events[0].field("principal").unwrap();
    assert!(told.starts_with("eve\\n2026 INFO"), "{told}");
    assert!(!told.contains(char::is_control) && !told.contains('\u{2028}'), "{told:?}");
}

/// A JWK Set with one good key, and with private members in keys of every type.
const PRIVATE: &str = r#"{"keys":[
    {"kty":"OKP","crv":"Ed25519","kid":"good","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty":"OKP","crv":"Ed25519","kid":"leaked\u202e\n","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"s3cr3t-d"},
    {"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB","d":"s3cr3t","p":"s3cr3t","q":"s3cr3t","dp":"s3cr3t","dq":"s3cr3t","qi":"s3cr3t","oth":["s3cr3t"]},
    {"kty":"unknown","k":"s3cr3t"}
]}"#;

#[tokio::test]
async fn warns_of_private_members_in_a_jwk_set() {
    let (keys, events) = capture(async { Keys::jwks(PRIVATE) }).await;
    assert!(keys.is_ok());
    let warned = events.iter().map(|event| ["index", "kid", "members"].map(|name| event.field(name)));
    let expected = [
        [Some("1"), Some("leaked\\u{202e}\\n"), Some("d")],
        [Some("2"), None, Some("d, p, q, dp, dq, qi, oth")],
        [Some("3"), None, Some("k")],
    ];
    assert_eq!(warned.collect::<Vec<_>>(), expected);
    assert!(events.iter().all(|event| (event.target, event.level) == ("authgate::gate", Level::WARN)));
    assert!(events[0].field("message").unwrap().contains("replace the key"));
    assert!(!format!("{events:?}").contains("s3cr3t"), "{events:?}");

    let key = r#"{"kty":"unknown","d":"s3cr3t"},"#.repeat(1_000);
    let many = PRIVATE.replacen('[', &format!("[{key}"), 1);
    let (_, events) = capture(async { Keys::jwks(many) }).await;
    assert_eq!(events.len(), 10);
    let good =
        r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    let (keys, events) = capture(async { Keys::jwks(good) }).await;
    assert!(keys.is_ok() && events.is_empty(), "{events:?}");
}

/// RFC 7517 section 5.
#[tokio::test]
async fn warns_of_each_skipped_key_of_a_jwk_set() {
    let good = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let set = format!(
        r#"{{"keys":[{{"kid":"no type"}},{{"kty":"RSA","kid":"no n","e":"AQAB"}},{{"kty":"oct","k":"s3cr3t"}},{good}]}}"#
    );
    let (keys, events) = capture(async { Keys::jwks(set) }).await;
    assert!(keys.is_ok());
    let skipped: Vec<_> = events.iter().filter(|event| event.field("error").is_some()).collect();
    let kids: Vec<_> = skipped.iter().map(|event| event.field("kid")).collect();
    assert_eq!(kids, [Some("no type"), Some("no n"), None]);
    assert_eq!(skipped[1].field("error"), Some("`n` must be present"));
    assert!(skipped.iter().all(|event| (event.target, event.level) == ("authgate::gate", Level::WARN)));
    assert!(!format!("{events:?}").contains("s3cr3t"), "{events:?}");
}

#[tokio::test]
#[ignore = "the test below runs it in a process of its own"]
async fn first_gate_of_a_process_warns_of_the_feature_testing() {
    let build = async || Gate::<User>::builder().scheme(bearer()).build().is_ok();
    let (built, events) = capture_all(build()).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert!(built && event.field("message").unwrap().contains("`[dev-dependencies]` only"));
    assert_eq!((event.target, event.level), ("authgate::gate", Level::WARN));
    assert_eq!(event.field("what"), Some("testing"));
    let (built, events) = capture_all(build()).await;
    assert!(built && events.is_empty(), "{events:?}");
}

#[test]
fn feature_testing_warning_is_logged_once_per_process() {
    let test = "events::first_gate_of_a_process_warns_of_the_feature_testing";
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && out.contains("1 passed"), "{out}");
}
