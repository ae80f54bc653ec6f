//! Converts proofs in handler bodies, and uses them.

use std::time::{Duration, UNIX_EPOCH};

use authgate::credentials::Credentials;
use authgate::denial::{CredentialError, ForbiddenReason, Reason};
use authgate::right::{All, Implies};
use authgate::{Authenticated, Authorized, Denial, Principal, Proof, ProofRef};
use authgate_tests::app::{User, gate, role, scope};
use authgate_tests::token::{now, token, token_of};
use axum::response::IntoResponse as _;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use serde_json::{Value, json};

async fn authenticated(over: &Value) -> Authenticated<User> {
    let credentials = Credentials::bearer(&token(over)).expect("a field value");
    gate().unauthenticated(credentials).authenticate().await.expect("a good token")
}

async fn authorized<R: authgate::right::Requirement<User>>(
    role: &str,
) -> Result<Authorized<R, User>, Denial> {
    let all = "reports:read reports:write";
    authenticated(&json!({ "roles": [role], "scope": all })).await.authorize::<R>()
}

#[tokio::test]
async fn valid_token_authenticates_outside_a_request() {
    let user = authenticated(&json!({ "sub": "ada" })).await;
    assert_eq!(user.sub, "ada");
    assert_eq!(user.into_principal().sub, "ada");
}

#[tokio::test]
async fn failed_authentication_outside_a_request_gets_the_same_denial() {
    let two = HeaderValue::from_static("Bearer a, Bearer b");
    let other = HeaderValue::from_static("Basic dmVyYTpzZWNyZXQ=");
    let expired = Credentials::bearer(&token(&json!({ "exp": now() - 100 }))).unwrap();
    for (credentials, reason, challenge) in [
        (Credentials::none(), Reason::NoCredentials, r#"Bearer realm="api""#),
        (Credentials::authorization(other), Reason::NoCredentials, r#"Bearer realm="api""#),
        (
            Credentials::bearer("abc").unwrap(),
            Reason::InvalidCredentials(CredentialError::Malformed),
            r#"Bearer realm="api", error="invalid_token""#,
        ),
        (
            expired,
            Reason::InvalidCredentials(CredentialError::Expired),
            r#"Bearer realm="api", error="invalid_token""#,
        ),
        (
            Credentials::authorization(two),
            Reason::Ambiguous,
            r#"Bearer realm="api", error="invalid_request""#,
        ),
    ] {
        let denial = gate().unauthenticated(credentials).authenticate().await.expect_err("no good token");
        assert_eq!(denial.reason(), reason);
        assert_eq!(denial.challenges().collect::<Vec<_>>(), [challenge]);
        let (status, response) = (denial.status(), denial.into_response());
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[WWW_AUTHENTICATE], challenge);
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
    assert!(Credentials::bearer("a\nb").is_err(), "a token is one line");
}

#[tokio::test]
async fn authorize_returns_the_same_denial_as_the_extractor() {
    assert_eq!(authorized::<role::Editor>("admin").await.expect("implied").sub, "vera");
    let denial = authorized::<role::Admin>("editor").await.expect_err("no admin");
    assert_eq!(denial.reason(), Reason::Forbidden(ForbiddenReason::Role));
    assert_eq!((denial.status().as_u16(), denial.challenges().count()), (403, 0));

    type Both = All<(role::Viewer, scope::WriteReports)>;
    let reader = authenticated(&json!({ "roles": ["viewer"], "scope": "reports:read" })).await;
    let denial = reader.authorize::<Both>().expect_err("a scope is missing");
    assert_eq!(denial.reason(), Reason::Forbidden(ForbiddenReason::Scope));
    let challenge = r#"Bearer realm="api", error="insufficient_scope", scope="reports:write""#;
    assert_eq!(denial.challenges().collect::<Vec<_>>(), [challenge]);
    assert_eq!(denial.to_string(), format!("403 Forbidden (scope_missing): {}", denial.reason().detail()));
}

#[tokio::test]
async fn weakened_proof_can_be_authorized_again() {
    let admin = authorized::<role::Admin>("admin").await.unwrap();
    let viewer: Authorized<role::Viewer> = admin.weaken::<role::Editor>().weaken();
    let again: Authorized<role::Admin> = viewer.into_authenticated().authorize().expect("she still is");
    assert_eq!(again.into_principal().sub, "vera");
}

fn publish(by: &impl Proof<role::Editor>) -> &str {
    &by.principal().sub
}

fn write(by: &impl Proof<scope::WriteReports>) -> Option<&str> {
    by.context().token_id()
}

fn as_viewer(by: ProofRef<'_, role::Editor>) -> ProofRef<'_, role::Viewer> {
    by.weaken()
}

fn publish_with_any_right<R: Implies<role::Editor>>(by: &Authorized<R, User>) -> String {
    publish(by).to_owned() + as_viewer(by.as_proof()).context().scheme()
}

fn id_of_any_principal<Q, P: Principal<Id = String>>(by: &impl Proof<Q, P>) -> &str {
    by.principal().id()
}

#[tokio::test]
async fn stronger_proof_is_accepted_for_a_weaker_requirement() {
    let admin = authorized::<role::Admin>("admin").await.unwrap();
    assert_eq!(publish(&admin), "vera");
    assert_eq!(publish(&admin.as_proof::<role::Admin>()), "vera");
    assert_eq!(publish(&admin.as_proof::<role::Editor>()), "vera");
    let lent: ProofRef<'_, role::Editor> = admin.as_proof();
    assert_eq!((publish(&lent), as_viewer(lent).sub.as_str()), ("vera", "vera"));
    assert_eq!(publish_with_any_right(&admin), "veraBearer");
    assert_eq!(id_of_any_principal::<role::Viewer, _>(&admin), "vera");
    let editor = authorized::<role::Editor>("editor").await.unwrap();
    assert_eq!((publish(&editor), publish_with_any_right(&editor).as_str()), ("vera", "veraBearer"));
}

#[tokio::test]
async fn proof_of_all_is_accepted_for_each_part_in_any_order() {
    let one = authorized::<All<(role::Admin, scope::WriteReports)>>("admin").await.unwrap();
    assert_eq!(
        (publish(&one), write(&one), publish_with_any_right(&one).as_str()),
        ("vera", None, "veraBearer")
    );
    let other = authorized::<All<(scope::WriteReports, role::Admin)>>("admin").await.unwrap();
    assert_eq!(
        (publish(&other), write(&other), publish_with_any_right(&other).as_str()),
        ("vera", None, "veraBearer")
    );
    let viewer: Authorized<role::Viewer> = other.weaken();
    assert_eq!(viewer.sub, "vera");
}

#[tokio::test]
async fn context_has_scheme_times_and_token_id() {
    let exp = now() + 60;
    let user =
        authenticated(&json!({ "exp": exp, "jti": "id-1", "auth_time": 1_700_000_000, "roles": ["admin"] }))
            .await;
    let at = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let context = user.context().clone();
    assert_eq!(context.scheme(), "Bearer");
    assert_eq!((context.expires_at(), context.authenticated_at()), (at(exp), at(1_700_000_000)));
    assert_eq!(context.token_id(), Some("id-1"));

    let admin = user.authorize::<role::Admin>().unwrap();
    assert_eq!(admin.context(), &context);
    assert_eq!(admin.as_proof::<role::Viewer>().context(), &context);

    let plain = authenticated(&json!({})).await;
    assert_eq!((plain.context().authenticated_at(), plain.context().token_id()), (None, None));
}

#[tokio::test]
async fn debug_output_contains_no_token_or_principal() {
    let token = token_of(&["admin"]);
    let credentials = Credentials::bearer(&token).unwrap();
    assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
    let unauthenticated = gate().unauthenticated(credentials);
    assert_eq!(format!("{unauthenticated:?}"), "Unauthenticated { .. }");
    let authenticated = unauthenticated.authenticate().await.unwrap();
    assert_eq!(format!("{authenticated:?}"), "Authenticated { scheme: \"Bearer\", .. }");
    let admin = authenticated.authorize::<role::Admin>().unwrap();
    assert_eq!(format!("{admin:?}"), "Authorized { scheme: \"Bearer\", .. }");
    assert_eq!(format!("{:?}", admin.as_proof::<role::Viewer>()), "ProofRef { scheme: \"Bearer\", .. }");
    assert_eq!(format!("{:?}", gate()), "[\"Bearer\"]");
    let denial = authorized::<role::Admin>("viewer").await.unwrap_err();
    let printed = format!("{denial:?} {denial}");
    assert!(!printed.contains("vera") && !printed.contains("eyJ"), "{printed}");
}
