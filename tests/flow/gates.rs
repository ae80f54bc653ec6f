//! Several gates in one application, and several schemes in one gate.

use authgate::credentials::RequestCredentials;
use authgate::denial::Challenge;
use authgate::routing::get;
use authgate::scheme::{Answer, Bearer, Identity, Keys, Outcome, Scheme};
use authgate::{Authenticated, Authorized, Context, Gate, Principal, Roles, Router, requires};
use authgate_tests::app::{Role, User, bearer, gate, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::{ApiKey, Ticket};
use authgate_tests::token::{AUDIENCE, ISSUER, token, token_of, token_with};
use axum::extract::FromRef;
use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;
use serde_json::json;

/// A second kind of principal, which can hold the same roles.
#[derive(Principal, Deserialize)]
#[principal(role = Role, foreign)]
struct Machine {
    #[principal(id)]
    serial: u64,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

#[derive(Clone, FromRef)]
struct Both {
    users: Gate<User>,
    machines: Gate<Machine>,
}

const MACHINES: &[u8] = b"another secret of at least 32 bytes, of the machines";

fn both_gates() -> Both {
    let keys = Keys::hs256(MACHINES).unwrap();
    let machines = Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("machines");
    Both { users: gate(), machines: Gate::builder().scheme(machines).build().unwrap() }
}

fn machine(serial: u64, roles: &[&str]) -> String {
    let header = Header::new(Algorithm::HS256);
    token_with(&header, MACHINES, &json!({ "serial": serial, "roles": roles }))
}

async fn user(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn beep(machine: Authenticated<Machine>) -> String {
    machine.serial.to_string()
}

async fn reset(machine: Authorized<role::Admin, Machine>) -> String {
    machine.serial.to_string()
}

async fn purge(admin: Authorized<role::Admin>) -> String {
    admin.sub.clone()
}

#[requires(role = "editor", principal = Machine)]
async fn tune() {}

#[tokio::test]
async fn each_principal_is_authenticated_by_its_own_gate() {
    let app = Router::new()
        .route("/user", get(user))
        .route("/beep", get(beep))
        .route("/reset", get(reset))
        .route("/purge", get(purge))
        .route("/tune", get(tune))
        .with_state(both_gates());
    ask_with(&app, "GET /user", &token_of(&[])).await.assert_is(200, "vera");
    ask_with(&app, "GET /beep", &machine(7, &[])).await.assert_is(200, "7");

    let (users, machines) = (r#"Bearer realm="api""#, r#"Bearer realm="machines""#);
    let invalid = |plain: &str| format!("{plain}, error=\"invalid_token\"");
    ask(&app, "GET /user", &[]).await.assert_denied(401, "credentials_missing", &[users]);
    ask(&app, "GET /beep", &[]).await.assert_denied(401, "credentials_missing", &[machines]);
    let swapped = ask_with(&app, "GET /user", &machine(7, &[])).await;
    swapped.assert_denied(401, "credentials_rejected", &[&invalid(users)]);
    let swapped = ask_with(&app, "GET /beep", &token_of(&[])).await;
    swapped.assert_denied(401, "credentials_rejected", &[&invalid(machines)]);

    ask_with(&app, "GET /reset", &machine(7, &["admin"])).await.assert_is(200, "7");
    ask_with(&app, "GET /purge", &token_of(&["admin"])).await.assert_is(200, "vera");
    assert_eq!(ask_with(&app, "GET /tune", &machine(7, &["admin"])).await.status, 200);
    ask_with(&app, "GET /reset", &machine(7, &["editor"])).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "GET /reset", &token_of(&["admin"])).await.assert_denied(
        401,
        "credentials_rejected",
        &[&invalid(machines)],
    );
}

#[test]
fn access_table_names_the_principal_of_each_right() {
    let table = Router::<Both>::new().route("/", get(reset).put(purge)).access();
    let principals: Vec<_> = table
        .iter()
        .map(|route| match route.declaration() {
            authgate::access::Declaration::Authorized { principal, .. } => principal.name(),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(principals, ["Machine", "User"]);
}

fn app_of(gate: Gate<User>) -> axum::Router {
    Router::new().route("/user", get(user)).route("/purge", get(purge)).with_state(gate)
}

#[tokio::test]
async fn sync_and_async_schemes_give_the_same_responses() {
    for later in [false, true] {
        let ticket = Ticket { later, ..Ticket::new("Ticket") };
        let app = app_of(Gate::builder().scheme(ticket).build().unwrap());
        let challenge = [r#"Ticket realm="fair""#];
        ask(&app, "GET /user", &[("authorization", "Ticket vera")]).await.assert_is(200, "vera");
        ask(&app, "GET /purge", &[("authorization", "Ticket ada")]).await.assert_is(200, "ada");
        let denied = async |ticket: &str| ask(&app, "GET /purge", &[("authorization", ticket)]).await;
        denied("Ticket vera").await.assert_denied(403, "role_missing", &[]);
        denied("Ticket revoked").await.assert_denied(401, "credentials_revoked", &challenge);
        denied("Ticket down").await.assert_denied(503, "undecided", &[]);
    }
}

/// RFC 9110 sections 11.3 and 11.6.1, and RFC 9449 section 7.2.
#[tokio::test]
async fn bearer_challenge_is_first_and_the_attempted_scheme_has_the_error() {
    let gate = Gate::builder().scheme(Ticket::new("Ticket")).scheme(ApiKey).scheme(bearer()).build().unwrap();
    assert_eq!(format!("{gate:?}"), r#"["Bearer", "Ticket", "ApiKey"]"#);
    let app = app_of(gate);
    let (bearer, ticket, key) = (r#"Bearer realm="api""#, r#"Ticket realm="fair""#, r#"ApiKey realm="keys""#);
    let with = |error: &str| format!("{bearer}, error=\"{error}\"");

    ask_with(&app, "GET /user", &token_of(&[])).await.assert_is(200, "vera");
    ask(&app, "GET /user", &[("authorization", "Ticket ada")]).await.assert_is(200, "ada");
    ask(&app, "GET /user", &[("x-api-key", "vera")]).await.assert_is(200, "vera");

    let denied = ask(&app, "GET /user", &[("authorization", "Basic dmVyYTpzZWNyZXQ=")]).await;
    denied.assert_denied(401, "credentials_missing", &[bearer, ticket, key]);
    assert_eq!(denied.header("vary"), Some("accept, authorization, x-api-key"));
    ask_with(&app, "GET /user", "abc").await.assert_denied(
        401,
        "credentials_malformed",
        &[&with("invalid_token"), ticket, key],
    );
    let denied = ask(&app, "GET /user", &[("authorization", "Ticket expired")]).await;
    denied.assert_denied(401, "credentials_expired", &[bearer, ticket, key]);
    let denied = ask(&app, "GET /user", &[("x-api-key", "unknown")]).await;
    denied.assert_denied(401, "credentials_rejected", &[bearer, ticket, key]);

    let good = format!("Bearer {}", token_of(&["admin"]));
    for authorization in [good.as_str(), "Ticket ada", "Bearer abc"] {
        let both = ask(&app, "GET /user", &[("authorization", authorization), ("x-api-key", "vera")]).await;
        both.assert_denied(400, "credentials_ambiguous", &[&with("invalid_request"), ticket, key]);
    }
}

/// Identifies the caller by the request target.
struct ByTarget;

impl Scheme<User> for ByTarget {
    fn challenge(&self) -> Challenge {
        Challenge::new("Target").realm("x")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let name = format!("{} {}", presented.method(), presented.uri());
        Outcome::Authenticated(Identity::new(User::new(&name, &[], &[]), Context::of("Target"))).into()
    }
}

/// RFC 9449 section 4.3 and RFC 7616 section 3.4.6 compare the target with the one that the client
/// signed.
#[tokio::test]
async fn scheme_in_a_nested_router_sees_the_full_request_target() {
    let gate = Gate::builder().scheme(ByTarget).build().unwrap();
    let app = Router::new().nest("/a", Router::new().route("/b", get(user))).with_state(gate);
    ask(&app, "GET /a/b?c=d", &[("authorization", "Target x")]).await.assert_is(200, "GET /a/b?c=d");
}

#[tokio::test]
async fn token_must_be_signed_with_a_key_of_its_own_issuer() {
    let gate = Gate::<User>::builder()
        .scheme(bearer().trust("https://second.example", Keys::hs256(MACHINES).unwrap()));
    let app = app_of(gate.build().unwrap());
    let (header, second) = (Header::new(Algorithm::HS256), json!({ "iss": "https://second.example" }));
    ask_with(&app, "GET /user", &token(&json!({}))).await.assert_is(200, "vera");
    ask_with(&app, "GET /user", &token_with(&header, MACHINES, &second)).await.assert_is(200, "vera");
    let invalid = [r#"Bearer realm="api", error="invalid_token""#];
    let forged = token_with(&header, MACHINES, &json!({}));
    ask_with(&app, "GET /user", &forged).await.assert_denied(401, "credentials_rejected", &invalid);
    ask_with(&app, "GET /user", &token(&second)).await.assert_denied(401, "credentials_rejected", &invalid);
    for iss in [json!("https://third.example"), json!(null)] {
        let answer = ask_with(&app, "GET /user", &token(&json!({ "iss": iss }))).await;
        answer.assert_denied(401, "credentials_wrong_issuer", &invalid);
    }
}
