//! Schemes that change the answers of another one, and inherit the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::denial::{DenialMessage, ForbiddenReason};
use authgate::routing::{get, post};
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Answer, Bearer, Digest, Issuer, Keys, Outcome, Relocated, Scheme, Wrapped};
use authgate::session::Sessions;
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::digest::{self, REALM, Sent, users, written};
use authgate_tests::scheme::Ticket;
use authgate_tests::session::{People, Store};
use authgate_tests::token::{ISSUER, now, token, token_of, token_with};
use jsonwebtoken::{Algorithm, Header};
use serde_json::json;

#[derive(authgate::Principal)]
struct Operator {
    #[principal(id)]
    name: String,
}

/// Operators are the users of another scheme.
fn operators<S: Scheme<User>>(scheme: S) -> impl Scheme<Operator> {
    Wrapped::new(scheme, |answer: Answer<User>, _| {
        answer.map(|user| Operator { name: format!("operator {}", user.sub) })
    })
}

async fn me(operator: Authenticated<Operator>, again: Authenticated<Operator>) -> String {
    assert_eq!(operator.name, again.name);
    operator.name.clone()
}

fn routes() -> Router<Gate<Operator>> {
    Router::new().route("/me", get(me)).route("/me", post(me))
}

fn app(scheme: impl Scheme<Operator>) -> axum::Router {
    routes().with_state(Gate::builder().scheme(scheme).build().unwrap())
}

#[tokio::test]
async fn other_outcomes_and_the_challenge_are_those_of_the_wrapped_scheme() {
    let app_of_tokens = app(operators(bearer()));
    ask_with(&app_of_tokens, "GET /me", &token_of(&[])).await.assert_is(200, "operator vera");
    let expired = token(&json!({ "exp": now() - 300 }));
    let challenge = "Bearer realm=\"api\", error=\"invalid_token\"";
    let answer = ask_with(&app_of_tokens, "GET /me", &expired).await;
    answer.assert_denied(401, "credentials_expired", &[challenge]);
    for later in [false, true] {
        let app = app(operators(Ticket { later, ..Ticket::new("Ticket") }));
        let ticket =
            async |who: &str| ask(&app, "GET /me", &[("authorization", &format!("Ticket {who}"))]).await;
        ticket("ada").await.assert_is(200, "operator ada");
        ticket("revoked").await.assert_denied(401, "credentials_revoked", &["Ticket realm=\"fair\""]);
        ticket("down").await.assert_denied(503, "undecided", &[]);
    }
}

#[tokio::test]
async fn cookie_of_a_wrapped_scheme_is_refused_from_other_sites() {
    let app = app(operators(Relocated::in_cookie(bearer(), "token")));
    let cookie = format!("token={}", token_of(&[]));
    let answer = ask(&app, "GET /me", &[("cookie", &cookie)]).await;
    answer.assert_is(200, "operator vera");
    assert_eq!(answer.header("vary"), Some("cookie"));
    let fields = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    ask(&app, "POST /me", &fields).await.assert_denied(403, "cross_site", &[]);
}

#[tokio::test]
async fn challenges_of_a_wrapped_digest_are_new_for_each_response() {
    let scheme = Digest::new(users()).realm(REALM);
    let app = app(Wrapped::new(scheme, |answer: Answer<digest::Caller>, _| {
        answer.map(|_| Operator { name: "digest".into() })
    }));
    let challenges = [digest::challenge(&app).await, digest::challenge(&app).await];
    assert_ne!(written(&challenges[0], "nonce"), written(&challenges[1], "nonce"));
    Sent::by_alice(&challenges[0], "GET /me").ask(&app, "GET /me").await.assert_is(200, "digest");
}

#[test]
fn description_and_configuration_errors_are_those_of_the_wrapped_scheme() {
    let document = |gate: Gate<Operator>| routes().access().openapi().gate(&gate).build().unwrap();
    let plain = document(Gate::builder().scheme(operators(bearer())).build().unwrap());
    assert_eq!(
        plain["components"]["securitySchemes"]["Bearer"],
        json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" })
    );
    let responses = |document: &serde_json::Value| document["paths"]["/me"]["get"]["responses"].clone();
    assert!(responses(&plain)["401"].is_object());
    assert!(responses(&plain)["403"].is_null());
    let forbids =
        Wrapped::new(bearer(), |answer: Answer<User>, _| answer.map(|user| Operator { name: user.sub }));
    let forbids = document(Gate::builder().scheme(forbids.forbids()).build().unwrap());
    assert!(responses(&forbids)["403"].is_object());

    let without_realm = operators(Ticket::new("a b"));
    assert!(Gate::builder().scheme(without_realm).build().is_err());
    let twice = Gate::<Operator>::builder().scheme(operators(bearer())).scheme(operators(bearer()));
    assert!(twice.build().unwrap_err().to_string().contains("two schemes"));
    let inner = Relocated::in_field(bearer(), "a b");
    assert!(Gate::builder().scheme(operators(inner)).build().unwrap_err().to_string().contains("field name"));
}

static CLOSED: DenialMessage = DenialMessage::new("desk_closed", "The desk is closed on this host.");

/// Counts the answers, and refuses requests by a header field.
fn desk(scheme: Bearer, answers: Arc<AtomicUsize>) -> impl Scheme<Operator> {
    Wrapped::new(scheme, move |answer: Answer<User>, request| {
        answers.fetch_add(1, Ordering::Relaxed);
        assert!(!request.headers().contains_key("x-panic"));
        let is_closed = request.headers().contains_key("x-closed");
        if !is_closed {
            return answer.map(|user| Operator { name: user.sub });
        }
        answer.and_then(|_| async { Outcome::Forbidden(ForbiddenReason::Policy(&CLOSED)) })
    })
    .forbids()
}

#[tokio::test]
async fn function_sees_the_request_runs_once_and_may_refuse_or_panic() {
    let answers = Arc::default();
    let app = app(desk(bearer(), Arc::clone(&answers)));
    let bearer = format!("Bearer {}", token_of(&[]));
    let get = async |field: &str| ask(&app, "GET /me", &[("authorization", &bearer), (field, "yes")]).await;
    get("x-open").await.assert_is(200, "vera");
    assert_eq!(answers.load(Ordering::Relaxed), 1);
    get("x-closed").await.assert_denied(403, "desk_closed", &[]);
    get("x-panic").await.assert_denied(500, "failed", &[]);
}

/// The function sees the verified issuer, and not one that the token claims by another name.
#[tokio::test]
async fn function_sees_the_verified_issuer() {
    #[derive(Clone, authgate::Principal, serde::Deserialize)]
    struct Member {
        #[principal(id)]
        sub: String,
        #[principal(issuer)]
        issuer: String,
    }
    fn both(answer: Answer<Member>) -> Answer<Operator> {
        answer.map(|member| Operator { name: format!("{} of {}", member.sub, member.issuer) })
    }
    const PARTNER: &str = "https://partner.example";
    const PARTNER_SECRET: &[u8] = b"another secret of at least 32 bytes, of the partner";
    let partner = || Issuer::with_keys(PARTNER, Keys::hs256(PARTNER_SECRET).unwrap());
    let plain = app(Wrapped::new(bearer().trust_issuer(partner()), |answer, _| both(answer)));
    let cached = bearer().trust_issuer(partner()).cached(CacheSize::mebibytes(1));
    let cached = app(Wrapped::new(cached, |answer, _| both(answer)));
    let forged = json!({ "iss": PARTNER, "issuer": ISSUER, "sub": "ada" });
    let forged = token_with(&Header::new(Algorithm::HS256), PARTNER_SECRET, &forged);
    let own = token(&json!({ "sub": "ada", "issuer": PARTNER }));
    for app in [plain, cached] {
        for _ in 0..2 {
            let answer = ask_with(&app, "GET /me", &forged).await;
            answer.assert_is(200, "ada of https://partner.example");
            ask_with(&app, "GET /me", &own).await.assert_is(200, &format!("ada of {ISSUER}"));
        }
    }
}

/// Users would sign in as the principal of the inner scheme, and never be found.
#[test]
fn session_for_another_principal_is_a_config_error() {
    let sessions = || Sessions::new(Store::default()).scheme(People::default()).realm("app");
    let error = Gate::builder().scheme(operators(sessions())).build().unwrap_err().to_string();
    assert!(error.contains("a session cannot be wrapped for another principal"), "{error}");
    let same = Wrapped::new(sessions(), |answer: Answer<User>, _| answer);
    assert!(Gate::<User>::builder().scheme(same).build().is_ok());
}
