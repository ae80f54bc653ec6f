//! The exact responses listed in the table on the crate's front page.

use authgate::access::Rule;
use authgate::right::{Requirement, Right};
use authgate::routing::{get, put};
use authgate::{Authenticated, Authorized, Context, Decision, Gate, Router, requires};
use authgate_tests::app::{Role, Scope, User, app, gate, role, scope};
use authgate_tests::ask::{ask, ask_with, request, send};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{now, token, token_of, token_with};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use jsonwebtoken::{Algorithm, Header};
use serde_json::json;

const PLAIN: &str = r#"Bearer realm="api""#;
const INVALID_TOKEN: &str = r#"Bearer realm="api", error="invalid_token""#;
const INVALID_REQUEST: &str = r#"Bearer realm="api", error="invalid_request""#;

/// RFC 9110 sections 11.6.1 and 15.5.2, and RFC 6750 sections 3 and 3.1.
#[tokio::test]
async fn request_without_accepted_credentials_gets_a_plain_challenge() {
    let (app, _) = app();
    let token = token_of(&["admin"]);
    let missing = [
        vec![],
        vec![("authorization", "")],
        vec![("authorization", " \t ")],
        vec![("authorization", "Basic dmVyYTpzZWNyZXQ=")],
        vec![("authorization", "Bearers abc")],
        vec![("proxy-authorization", "Bearer abc")],
        vec![("cookie", "access_token=abc")],
    ];
    for fields in missing {
        let answer = ask(&app, &format!("GET /me?access_token={token}"), &fields).await;
        answer.assert_denied(401, "credentials_missing", &[PLAIN]);
    }
}

/// OAuth 2.1 section 5.1.
#[tokio::test]
async fn token_in_the_query_is_ignored() {
    let (app, _) = app();
    let line = format!("GET /me?access_token={}", token(&json!({ "sub": "eve" })));
    ask_with(&app, &line, &token_of(&[])).await.assert_is(200, "vera");
}

/// RFC 6750 sections 3 and 3.1, and RFC 9068 section 4.
#[tokio::test]
async fn rejected_token_is_401_invalid_token() {
    let (app, _) = app();
    let other_key = b"another secret of at least 32 bytes, that signs nothing here";
    let kid = Header { kid: Some("unknown".into()), ..Header::new(Algorithm::HS256) };
    for (credential, reason) in [
        ("Bearer".to_owned(), "credentials_malformed"),
        ("Bearer abc".to_owned(), "credentials_malformed"),
        ("Bearer a b".to_owned(), "credentials_malformed"),
        (format!("Bearer\t{}", token(&json!({}))), "credentials_malformed"),
        (format!("Bearer {}", token(&json!({ "exp": null }))), "credentials_malformed"),
        (format!("Bearer {}", token(&json!({ "sub": "" }))), "credentials_malformed"),
        (format!("Bearer {}", token(&json!({ "exp": now() - 100 }))), "credentials_expired"),
        (format!("Bearer {}", token(&json!({ "nbf": now() + 100 }))), "credentials_not_yet_valid"),
        (format!("Bearer {}", token(&json!({ "iss": "https://evil.example" }))), "credentials_wrong_issuer"),
        (
            format!("Bearer {}", token(&json!({ "aud": "https://other.example" }))),
            "credentials_wrong_audience",
        ),
        (format!("Bearer {}", token(&json!({ "cnf": { "jkt": "x" } }))), "credentials_rejected"),
        (format!("Bearer {}", token_with(&kid, other_key, &json!({}))), "credentials_rejected"),
        (
            format!("Bearer {}", token_with(&Header::new(Algorithm::HS256), other_key, &json!({}))),
            "credentials_rejected",
        ),
    ] {
        let answer = ask(&app, "GET /me", &[("authorization", &credential)]).await;
        answer.assert_denied(401, reason, &[INVALID_TOKEN]);
    }
}

/// RFC 9110 section 5.3, and RFC 6750 sections 2 and 3.1.
#[tokio::test]
async fn two_credentials_are_400_in_one_line_or_two() {
    let (app, ran) = app();
    let good = format!("Bearer {}", token_of(&["admin"]));
    let joined = [
        format!("{good}, {good}"),
        format!("{good},Basic dmVyYTpzZWNyZXQ="),
        format!("Basic dmVyYTpzZWNyZXQ=, {good}"),
    ];
    for joined in joined {
        let answer = ask(&app, "GET /me", &[("authorization", &joined)]).await;
        answer.assert_denied(400, "credentials_ambiguous", &[INVALID_REQUEST]);
    }
    for other in [good.as_str(), "Basic dmVyYTpzZWNyZXQ=", ""] {
        for lines in [[other, &good], [&good, other]] {
            let answer = ask(&app, "GET /me", &lines.map(|line| ("authorization", line))).await;
            answer.assert_denied(400, "credentials_ambiguous", &[INVALID_REQUEST]);
        }
    }
    assert_eq!(ran.times(), 0);
}

/// RFC 9110 section 11.1 and OAuth 2.1 section 5.1.1.
#[tokio::test]
async fn auth_scheme_is_case_insensitive() {
    let (app, _) = app();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let credential = format!("{scheme} {}", token_of(&[]));
        ask(&app, "GET /me", &[("authorization", &credential)]).await.assert_is(200, "vera");
    }
}

#[tokio::test]
async fn role_missing_is_403_without_challenge() {
    let (app, _) = app();
    ask_with(&app, "DELETE /reports/1", &token_of(&["editor"])).await.assert_denied(403, "role_missing", &[]);
    let neither = token(&json!({ "roles": ["viewer"] }));
    ask_with(&app, "PUT /reports/1", &neither).await.assert_denied(403, "role_missing", &[]);
}

#[requires(role = Role::Editor, scope = Scope::WriteReports, scope = Scope::ReadReports)]
async fn both() {}

#[requires(scope = "reports:read", principal = User)]
async fn one() {}

/// RFC 6750 section 3.1: the challenge lists all required scopes, not only the missing ones.
#[tokio::test]
async fn scope_missing_is_403_with_all_scopes_of_the_operation() {
    let app = Router::new().route("/both", put(both)).route("/one", get(one)).with_state(gate());
    let reader = token(&json!({ "roles": ["editor"], "scope": "reports:read" }));
    ask_with(&app, "PUT /both", &reader).await.assert_denied(
        403,
        "scope_missing",
        &[r#"Bearer realm="api", error="insufficient_scope", scope="reports:write reports:read""#],
    );
    ask_with(&app, "GET /one", &token(&json!({}))).await.assert_denied(
        403,
        "scope_missing",
        &[r#"Bearer realm="api", error="insufficient_scope", scope="reports:read""#],
    );
    assert_eq!(ask_with(&app, "GET /one", &reader).await.status, 200);
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn scoped(_: Authorized<scope::ReadReports>) {}

/// `error` is a parameter of Bearer (RFC 6750 section 3.1). Other schemes omit it.
#[tokio::test]
async fn challenge_of_a_scheme_other_than_bearer_has_no_error() {
    let gate = Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap();
    let app = Router::new().route("/me", get(me)).route("/scoped", get(scoped)).with_state(gate);
    let plain = r#"Ticket realm="fair""#;
    for (credential, status, reason, challenges) in [
        ("", 401, "credentials_missing", &[plain][..]),
        ("Bearer abc", 401, "credentials_missing", &[plain]),
        ("Ticket malformed", 401, "credentials_malformed", &[plain]),
        ("Ticket expired", 401, "credentials_expired", &[plain]),
        ("Ticket not-yet", 401, "credentials_not_yet_valid", &[plain]),
        ("Ticket unknown", 401, "credentials_rejected", &[plain]),
        ("Ticket other-issuer", 401, "credentials_wrong_issuer", &[plain]),
        ("Ticket other-audience", 401, "credentials_wrong_audience", &[plain]),
        ("Ticket revoked", 401, "credentials_revoked", &[plain]),
        ("Ticket a, Ticket b", 400, "credentials_ambiguous", &[plain]),
        ("Ticket two", 400, "credentials_ambiguous", &[plain]),
        ("Ticket down", 503, "undecided", &[]),
        ("Ticket vera", 403, "scope_missing", &[]),
    ] {
        let answer = ask(&app, "GET /scoped", &[("authorization", credential)]).await;
        answer.assert_denied(status, reason, challenges);
        assert_eq!(answer.header("retry-after"), (status == 503).then_some("5"), "{reason}");
    }
    ask(&app, "GET /me", &[("authorization", "ticket vera")]).await.assert_is(200, "vera");
}

/// A right whose decision is unavailable.
struct Unsure;

impl Right for Unsure {
    const RULE: &'static Rule = role::Admin::RULE;
}

impl Requirement<User> for Unsure {
    fn decide(_: &User, _: &Context) -> Decision {
        Decision::Unavailable
    }
}

async fn unsure(_: Authorized<Unsure, User>) {}

#[tokio::test]
async fn unavailable_decision_is_503_with_retry_after() {
    let app = Router::new().route("/", get(unsure)).with_state(gate());
    let answer = ask_with(&app, "GET /", &token_of(&["admin"])).await;
    answer.assert_denied(503, "undecided", &[]);
    assert_eq!(answer.header("retry-after"), Some("5"));
    ask(&app, "GET /", &[]).await.assert_denied(401, "credentials_missing", &[PLAIN]);
}

/// RFC 9110 section 12.5.5.
#[tokio::test]
async fn denial_varies_by_accept_and_authorization() {
    let (app, _) = app();
    for line in ["GET /me", "DELETE /reports/1"] {
        let answer = ask_with(&app, line, &token_of(&[])).await;
        assert_eq!(answer.header("vary"), (answer.status == 403).then_some("accept, authorization"));
    }
    assert_eq!(ask(&app, "GET /me", &[]).await.header("vary"), Some("accept, authorization"));
}

/// RFC 9110 section 5.5: bytes beyond ASCII are not a token, and must not cause a failure.
#[tokio::test]
async fn non_ascii_token_is_401_credentials_malformed() {
    let (app, _) = app();
    let mut request = request("GET /me", &[]);
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap());
    send(&app, request).await.assert_denied(401, "credentials_malformed", &[INVALID_TOKEN]);
}
