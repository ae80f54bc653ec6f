//! Routes that require a scheme.

use std::panic::{AssertUnwindSafe, catch_unwind};

use authgate::right::{All, ViaScheme};
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, SchemeName};
use authgate::{Authorized, Gate, Router, requires};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::{ApiKey, Ticket};
use authgate_tests::token::token;
use serde_json::json;

impl SchemeName for Mine {
    const NAME: &'static str = "Ticket";
}

/// Names the scheme of [`Ticket::new`]`("Ticket")`.
struct Mine;

#[requires(role = "viewer", scheme = Mine)]
async fn hook(caller: Authorized<_>) -> String {
    // The proof also implies the role.
    sub_of(&caller)
}

fn sub_of(by: &impl authgate::Proof<role::Viewer, User>) -> String {
    by.principal().sub.clone()
}

#[requires(scheme = Bearer, principal = User)]
async fn token_only() -> &'static str {
    "by token"
}

async fn explicit(_: Authorized<All<(role::Admin, ViaScheme<Mine>)>>) -> &'static str {
    "explicit"
}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/hook", post(hook))
        .route("/token", get(token_only))
        .route("/explicit", get(explicit))
}

fn app() -> axum::Router {
    let gate = Gate::builder().scheme(Ticket::new("Ticket")).scheme(ApiKey).scheme(bearer());
    routes().with_state(gate.build().unwrap())
}

#[tokio::test]
async fn route_accepts_and_challenges_only_its_scheme() {
    let app = app();
    ask(&app, "POST /hook", &[("authorization", "Ticket vera")]).await.assert_is(200, "vera");
    let ticket = ["Ticket realm=\"fair\""];
    ask(&app, "POST /hook", &[]).await.assert_denied(401, "credentials_missing", &ticket);
    let answer = ask_with(&app, "POST /hook", &token(&json!({ "sub": "ada", "roles": ["admin"] }))).await;
    answer.assert_denied(401, "credentials_missing", &ticket);
    let answer = ask(&app, "POST /hook", &[("authorization", "Ticket wrong")]).await;
    answer.assert_denied(401, "credentials_rejected", &ticket);
    // A credential of a scheme that the route does not accept is not a second credential.
    let both = [("authorization", "Ticket vera"), ("x-api-key", "vera")];
    ask(&app, "POST /hook", &both).await.assert_is(200, "vera");

    ask_with(&app, "GET /token", &token(&json!({}))).await.assert_is(200, "by token");
    let answer = ask(&app, "GET /token", &[("authorization", "Ticket ada")]).await;
    answer.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
    ask(&app, "GET /explicit", &[("authorization", "Ticket ada")]).await.assert_is(200, "explicit");
    ask(&app, "GET /explicit", &[("authorization", "Ticket vera")]).await.assert_denied(
        403,
        "role_missing",
        &[],
    );
}

#[test]
fn access_table_shows_the_scheme() {
    let table = routes().access();
    let declared: Vec<_> = table.routes().iter().map(|route| route.declaration().to_string()).collect();
    assert_eq!(declared, ["role:viewer & scheme:Ticket", "scheme:Bearer", "role:admin & scheme:Ticket"]);
}

#[test]
fn with_state_panics_if_the_gate_lacks_the_scheme() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let routes = Router::<Gate<User>>::new().nest("/v1", Router::new().route("/hook", post(hook)));
    let panic = catch_unwind(AssertUnwindSafe(|| routes.with_state(gate))).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("via.rs:") && text.contains("role:viewer & scheme:Ticket"), "{text}");
    assert!(text.contains("has only [\"Bearer\"]: add the scheme to the gate"), "{text}");
}

/// A fallback that was replaced answers no request.
#[test]
fn replaced_fallback_does_not_require_its_scheme() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let methods = post(token_only).fallback(hook).fallback(token_only);
    let routes = Router::<Gate<User>>::new().route("/a", methods).fallback(hook).fallback(token_only);
    let nested = Router::new().nest("/b", Router::new().fallback(hook));
    drop::<axum::Router>(routes.nest("/v1", nested).with_state(gate));
}

#[tokio::test]
async fn authorize_with_another_scheme_is_403_scheme_not_accepted() {
    let gate = Gate::<User>::builder().scheme(Ticket::new("Ticket")).scheme(bearer()).build().unwrap();
    let credentials =
        authgate::credentials::Credentials::bearer(&token(&json!({ "sub": "ada", "roles": ["admin"] })))
            .unwrap();
    let caller = gate.unauthenticated(credentials).authenticate().await.unwrap();
    let denial = caller.authorize_ref::<ViaScheme<Mine>>().unwrap_err();
    assert_eq!((denial.status().as_u16(), denial.reason().code()), (403, "scheme_not_accepted"));
    assert!(caller.authorize_ref::<ViaScheme<Bearer>>().is_ok());
}
