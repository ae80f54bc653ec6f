//! The claims of an answer, and their effect.

use authgate::oauth::{AccessTokens, Introspection};
use authgate::scheme::bearer::InMemoryRevocations;
use authgate::scheme::{Bearer, Issuer, ResolveError};
use authgate::{Authenticated, Context, Gate, Router, routing::get};
use authgate_tests::token::{AUDIENCE, now};
use axum::body::Bytes;
use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ENDPOINT, OLD, OPAQUE, active, answer_to, answering, app, introspected, introspection, me};
use crate::events::capture::capture_with_causes;
use crate::oauth::app_of;

#[tokio::test(start_paused = true)]
async fn active_token_is_its_caller_with_its_rights() {
    let answer = active(&json!({ "roles": ["admin"], "scope": "reports:read", "iss": null, "jti": "7" }));
    answer_to(&answer).await.assert_is(200, "vera");
}

/// The rules are those for JWTs.
#[tokio::test(start_paused = true)]
async fn claims_are_checked_as_those_of_jwts() {
    let past = now() - 60;
    for (over, reason, check) in [
        (json!({ "exp": past }), "credentials_expired", "expiry"),
        (json!({ "exp": null }), "credentials_malformed", "expiry"),
        (json!({ "nbf": now() + 60 }), "credentials_not_yet_valid", "not_before"),
        (json!({ "aud": "https://other.example" }), "credentials_wrong_audience", "audience"),
        (json!({ "aud": null }), "credentials_wrong_audience", "audience"),
        (json!({ "aud": [] }), "credentials_wrong_audience", "audience"),
        (json!({ "iss": "https://old.example/" }), "credentials_wrong_issuer", "issuer"),
        (json!({ "cnf": { "jkt": "x" } }), "credentials_rejected", "confirmation"),
        (json!({ "sub": 7 }), "credentials_malformed", "principal"),
        (json!({ "sub": "" }), "credentials_malformed", "principal"),
        (json!({ "sub": null }), "credentials_malformed", "principal"),
        (json!({ "roles": 7 }), "credentials_malformed", "principal"),
    ] {
        let (answer, log) = capture_with_causes(answer_to(&active(&over))).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, reason), "{over}");
        let cause = log.iter().find(|event| event.field("check").is_some()).unwrap();
        assert_eq!(cause.field("check"), Some(check), "{over}");
        assert_eq!(cause.field("reason"), Some(reason), "{over}");
    }
    for over in [
        json!({ "aud": ["https://other.example", AUDIENCE] }),
        json!({ "exp": now() - 5 }),
        json!({ "nbf": now() + 5 }),
        json!({ "unknown": [1, { "a": "b" }] }),
    ] {
        answer_to(&active(&over)).await.assert_is(200, "vera");
    }
}

#[tokio::test(start_paused = true)]
async fn inactive_token_is_rejected() {
    let answer = json!({ "active": false, "sub": "vera", "exp": now() + 300, "aud": AUDIENCE, "iss": OLD });
    let (answer, log) = capture_with_causes(answer_to(&answer)).await;
    answer.assert_denied(
        401,
        "credentials_rejected",
        &[r#"Bearer realm="https://api.example", error="invalid_token""#],
    );
    assert!(
        log.iter().any(|event| event.field("check").is_some_and(|check| check.contains("not active"))),
        "{log:?}"
    );
}

/// The certified provider answers so for client credentials.
#[tokio::test(start_paused = true)]
async fn client_id_names_a_caller_without_subject() {
    answer_to(&active(&json!({ "sub": null, "client_id": "ser\"vice" }))).await.assert_is(200, "ser\"vice");
    answer_to(&active(&json!({ "client_id": "service" }))).await.assert_is(200, "vera");
    for client in [json!(7), json!(null), json!(""), json!({ "a": 1 })] {
        let answer = answer_to(&active(&json!({ "sub": null, "client_id": client }))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.reason().as_str()),
            (401, "credentials_malformed"),
            "{client}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn audience_and_expiry_are_optional_with_a_reason() {
    let issuer = |introspection: Introspection, answer: &Value| {
        app(Issuer::introspected(OLD, introspection).fetched_by(answering(answer)))
    };
    let no_audience = || introspection().dangerous("the issuer sends none").without_audience();
    let no_expiry = || introspection().dangerous("the issuer sends none").without_expiry();
    for (introspection, over, status) in [
        (no_audience(), json!({ "aud": null }), 200),
        (no_audience(), json!({ "aud": "https://other.example" }), 401),
        (no_audience(), json!({ "aud": null, "exp": null }), 401),
        (no_expiry(), json!({ "exp": null }), 200),
        (no_expiry(), json!({ "exp": now() - 60 }), 401),
        (no_expiry(), json!({ "exp": null, "aud": null }), 401),
    ] {
        let app = issuer(introspection, &active(&over));
        assert_eq!(me(&app, OPAQUE).await.status, status, "{over}");
    }
}

#[tokio::test(start_paused = true)]
async fn revocations_apply_to_tokens_with_and_without_an_id() {
    for (over, status) in [
        (json!({}), 200),
        (json!({ "jti": "good" }), 200),
        (json!({ "jti": "stolen" }), 401),
        (json!({ "sub": "eve", "iat": null }), 401),
    ] {
        let revoked = InMemoryRevocations::new();
        let end = std::time::SystemTime::now() + std::time::Duration::from_secs(600);
        revoked.revoke_token(OLD, "stolen", end);
        revoked.revoke_subject(OLD, "eve", end);
        let tokens = AccessTokens::from(introspected(&answering(&active(&over))));
        let tokens = tokens.audience(AUDIENCE).revoked_by(revoked);
        assert_eq!(me(&app_of(&tokens), OPAQUE).await.status, status, "{over}");
    }
}

#[derive(Clone, serde::Deserialize)]
struct Claims {
    sub: String,
}

#[derive(authgate::Principal)]
struct Account {
    #[principal(id)]
    name: String,
}

struct Accounts;

impl authgate::Resolve<Claims> for Accounts {
    type Principal = Account;

    async fn resolve(&self, claims: Claims, context: &Context) -> Result<Account, ResolveError> {
        let (issuer, id, scheme) = (context.issuer(), context.token_id(), context.scheme());
        assert!(context.expires_at().is_some());
        Ok(Account { name: format!("{} {issuer:?} {id:?} {scheme}", claims.sub) })
    }
}

async fn name(caller: Authenticated<Account>) -> String {
    caller.name.clone()
}

#[tokio::test(start_paused = true)]
async fn accounts_are_resolved_from_the_claims_of_the_answer() {
    use authgate::scheme::bearer::CacheSize;
    let provider = answering(&active(&json!({ "jti": "7" })));
    let tokens = AccessTokens::from(introspected(&provider)).audience(AUDIENCE);
    let plain = Gate::<Account>::builder().scheme(Bearer::of(&tokens).resolve(Accounts)).build().unwrap();
    let cached = Bearer::of(&tokens).cached::<Claims>(CacheSize::mebibytes(1)).resolve(Accounts);
    let cached = Gate::<Account>::builder().scheme(cached).build().unwrap();
    for gate in [plain, cached] {
        let app = Router::new().route("/me", get(name)).with_state(gate);
        me(&app, OPAQUE).await.assert_is(200, r#"vera Some("https://old.example") Some("7") Bearer"#);
    }
    assert_eq!(provider.asked(ENDPOINT), 1, "both gates share the answers");
}

fn member() -> impl Strategy<Value = (String, Value)> {
    let names =
        ["active", "sub", "exp", "aud", "iss", "nbf", "cnf", "client_id", "jti", "roles", "scope", "other"];
    let values = vec![
        json!(true),
        json!(false),
        json!("true"),
        json!(1),
        json!(null),
        json!([]),
        json!({}),
        json!("vera"),
        json!(AUDIENCE),
        json!(OLD),
        json!(1e300),
        json!([1, "a"]),
        json!({ "a": { "b": [] } }),
    ];
    (prop::sample::select(names.to_vec()).prop_map(str::to_owned), prop::sample::select(values))
}

fn is_authenticated(body: Vec<u8>) -> bool {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let provider = answering(&json!({}));
        let body = Bytes::from(body);
        provider.serve(ENDPOINT, move || Response::new(body.clone()));
        let answer = me(&app(introspected(&provider)), OPAQUE).await;
        assert!([200, 401, 503].contains(&answer.status.as_u16()), "{}", answer.status);
        answer.status == 200
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_authenticate_nobody(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!is_authenticated(body));
    }

    /// Objects of known members: only an active token for this service with a subject passes.
    #[test]
    fn arbitrary_members_authenticate_nobody(members in prop::collection::vec(member(), 0..8)) {
        let text: Vec<_> = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        let passes = is_authenticated(format!("{{{}}}", text.join(",")).into_bytes());
        let has = |name: &str, expected: &Value| members.iter().any(|(other, value)| other == name && value == expected);
        let may_pass = has("active", &json!(true)) && has("aud", &json!(AUDIENCE)) && has("exp", &json!(1e300));
        prop_assert!(!passes || may_pass);
    }

    /// A valid answer that is cut.
    #[test]
    fn truncated_answers_authenticate_nobody(cut in 0..200_usize) {
        let mut body = active(&json!({})).to_string().into_bytes();
        body.truncate(cut.min(body.len() - 1));
        prop_assert!(!is_authenticated(body));
    }
}
