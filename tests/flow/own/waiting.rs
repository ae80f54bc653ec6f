//! Rights of the caller that wait for another service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authgate::resource::{Async, AuthorizedOn, NoResource};
use authgate::right::{AsyncRequirement, Awaited};
use authgate::routing::{get, post};
use authgate::testing::{TestGate, probe};
use authgate::{Authorized, Context, Decision, Gate, Granted, Policy, Resource, Roles, Router, requires};
use authgate_tests::app::bearer;
use authgate_tests::ask::{Answer, ask_with};
use authgate_tests::token::token;
use axum::extract::FromRef;
use serde_json::json;

#[derive(authgate::Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

/// The state, with the number of questions to the service.
#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    asked: Arc<AtomicUsize>,
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "relation", name = "exporter")]
struct MayExport;

impl AsyncRequirement<User, App> for MayExport {
    async fn decide(user: &User, _: &Context, app: &App) -> Decision {
        app.asked.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        match user.sub.as_str() {
            "exporter" => Decision::Allow,
            "down" => Decision::Unavailable,
            "slow" => std::future::pending().await,
            "panic" => panic!("the application's own mistake"),
            _ => Decision::deny(),
        }
    }
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "relation", reason = "not_a_member", detail = "Join the project first.")]
struct Member;

impl<S: Sync> AsyncRequirement<User, S> for Member {
    async fn decide(user: &User, _: &Context, _: &S) -> Decision {
        Decision::allow_if(user.sub == "member")
    }
}

struct Note {
    owner: &'static str,
}

impl Resource<App> for Note {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, std::io::Error> {
        Ok((id == 1).then_some(Self { owner: "vera" }))
    }
}

struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(user: &User, note: &Note) -> Decision {
        Decision::allow_if(user.sub == note.owner)
    }
}

#[requires(policy = Async<MayExport>)]
async fn export(by: Authorized<_>) -> String {
    by.sub.clone()
}

async fn explicit(by: AuthorizedOn<Awaited<MayExport>, NoResource>) -> String {
    by.sub.clone()
}

#[requires(role = "viewer", policy = Async<MayExport>)]
async fn viewers() {}

#[requires(any(role = "admin", policy = Async<MayExport>))]
async fn admins(by: Authorized<_>) -> String {
    by.sub.clone()
}

#[requires(not(policy = Async<MayExport>))]
async fn others() {}

#[requires(policy = Async<Member>)]
async fn members() {}

#[requires(policy = Async<MayExport>, conceal)]
async fn concealed() {}

#[requires(any(policy = Async<MayExport>, policy = Owns, on = Note))]
async fn note(note: Granted<_, Note>) -> String {
    note.owner.into()
}

fn routes() -> Router<App> {
    Router::new()
        .route("/export", get(export))
        .route("/explicit", get(explicit))
        .route("/viewers/{ignored}", get(viewers))
        .route("/admins", post(admins))
        .route("/others", get(others))
        .route("/members", get(members))
        .route("/concealed", get(concealed))
        .route("/notes/{id}", get(note))
}

fn app() -> (axum::Router, Arc<AtomicUsize>) {
    let gate = Gate::builder().scheme(bearer()).timeout(Duration::from_secs(5)).build().unwrap();
    let asked = Arc::default();
    (routes().with_state(App { gate, asked: Arc::clone(&asked) }), asked)
}

async fn get_as(app: &axum::Router, line: &str, sub: &str, roles: &[&str]) -> Answer {
    ask_with(app, line, &token(&json!({ "sub": sub, "roles": roles }))).await
}

/// Returns the status and the reason.
async fn result(app: &axum::Router, line: &str, sub: &str, roles: &[&str]) -> (u16, String) {
    let answer = get_as(app, line, sub, roles).await;
    let reason = if answer.status.is_success() { String::new() } else { answer.reason() };
    (answer.status.as_u16(), reason)
}

#[tokio::test(start_paused = true)]
async fn each_answer_of_the_service_has_its_status() {
    let (app, asked) = app();
    for path in ["/export", "/explicit", "/viewers/7", "/concealed"] {
        for (sub, status, reason) in [
            ("exporter", 200, ""),
            ("vera", 403, "policy_denied"),
            ("down", 503, "undecided"),
            ("slow", 503, "undecided"),
            ("panic", 500, "failed"),
        ] {
            let before = asked.load(Ordering::Relaxed);
            let expected = if path == "/concealed" && status == 403 {
                (404, "not_found".into())
            } else {
                (status, reason.into())
            };
            let found = result(&app, &format!("GET {path}"), sub, &["viewer"]).await;
            assert_eq!(found, expected, "{path} as {sub}");
            assert_eq!(asked.load(Ordering::Relaxed), before + 1, "{path} as {sub}");
        }
    }
}

/// Otherwise, callers without rights could load the service.
#[tokio::test]
async fn service_is_asked_only_if_the_result_depends_on_it() {
    let (app, asked) = app();
    assert_eq!(authgate_tests::ask::ask(&app, "GET /export", &[]).await.status, 401);
    assert_eq!(result(&app, "GET /viewers/7", "exporter", &[]).await, (403, "role_missing".into()));
    assert_eq!(result(&app, "POST /admins", "vera", &["admin"]).await.0, 200);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_eq!(result(&app, "POST /admins", "exporter", &[]).await.0, 200);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn combines_with_other_rights_and_with_policies() {
    let (app, _) = app();
    assert_eq!(result(&app, "GET /others", "exporter", &[]).await, (403, "excluded".into()));
    assert_eq!(result(&app, "GET /others", "vera", &[]).await.0, 200);
    assert_eq!(result(&app, "GET /others", "down", &[]).await.0, 503);
    for (path, sub, status) in [
        ("/notes/1", "vera", 200),
        ("/notes/1", "exporter", 200),
        ("/notes/1", "eve", 403),
        ("/notes/2", "vera", 404),
    ] {
        assert_eq!(result(&app, &format!("GET {path}"), sub, &[]).await.0, status, "{path} as {sub}");
    }
}

#[tokio::test]
async fn denial_has_the_reason_of_the_right() {
    let (app, _) = app();
    assert_eq!(result(&app, "GET /members", "member", &[]).await.0, 200);
    let answer = get_as(&app, "GET /members", "vera", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (403, "not_a_member"));
    assert!(answer.body.contains("Join the project first."));
}

#[test]
fn table_shows_the_name_of_the_right() {
    let table = routes().access().to_string();
    for line in [
        "relation:exporter",
        "role:viewer & relation:exporter",
        "role:admin | relation:exporter",
        "relation:exporter | policy:Owns on Note",
    ] {
        assert!(table.contains(line), "{line} in {table}");
    }
}

#[tokio::test(start_paused = true)]
async fn routes_pass_the_probe_of_their_own_lock() {
    let lock = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("waiting.lock");
    std::fs::write(&lock, routes().access().lock().to_string()).unwrap();
    let state = App { gate: TestGate::new().gate(), asked: Arc::default() };
    let routes = routes();
    probe(routes, state, &lock).await.assert_clean();
}
