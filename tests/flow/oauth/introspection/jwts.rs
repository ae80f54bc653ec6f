//! JWTs that are introspected after they were verified here.

use authgate::scheme::Issuer;
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use serde_json::{Value, json};

use super::{ENDPOINT, OPAQUE, active, app, introspection, me};
use crate::oauth::{discovered, pass, seconds};

fn provider(key: &SigningKey, answer: &Value) -> Provider {
    let provider = Provider::new(&[key]);
    provider.serve_json(ENDPOINT, answer);
    provider
}

fn issuer(provider: &Provider) -> Issuer {
    discovered(provider).introspection(introspection())
}

#[tokio::test(start_paused = true)]
async fn jwts_are_verified_here_and_other_tokens_are_introspected() {
    let key = SigningKey::new("one");
    let provider = provider(&key, &active(&json!({ "iss": PROVIDER, "sub": "olga" })));
    let app = app(issuer(&provider));
    me(&app, &key.bearer()).await.assert_is(200, "vera");
    assert_eq!(provider.asked(ENDPOINT), 0);
    me(&app, OPAQUE).await.assert_is(200, "olga");
    for forged in [SigningKey::new("one"), SigningKey::new("two")] {
        assert_eq!(me(&app, &forged.bearer()).await.status, 401);
    }
    assert_eq!(provider.asked(ENDPOINT), 1);
}

#[tokio::test(start_paused = true)]
async fn verified_jwt_is_asked_about_if_the_issuer_introspects_jwts() {
    let key = SigningKey::new("one");
    let provider = provider(&key, &json!({ "active": true }));
    let app = app(issuer(&provider).introspect_jwts());
    let bearer = key.bearer();
    for _ in 0..3 {
        me(&app, &bearer).await.assert_is(200, "vera");
    }
    assert_eq!(provider.asked(ENDPOINT), 1);
    let forged = SigningKey::new("one").bearer();
    assert_eq!(me(&app, &forged).await.status, 401);
    let expired = format!("Bearer {}", key.token(&json!({ "exp": 1_000 })));
    assert_eq!(me(&app, &expired).await.status, 401);
    assert_eq!(provider.asked(ENDPOINT), 1, "a JWT that is not verified is not sent");
    provider.serve_json(ENDPOINT, &json!({ "active": false }));
    pass(seconds(30)).await;
    let answer = me(&app, &bearer).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "credentials_revoked"));
    provider.set_down(true);
    pass(seconds(1)).await;
    assert_eq!(me(&app, &bearer).await.status, 503);
}

#[tokio::test(start_paused = true)]
async fn claims_in_the_answer_for_a_jwt_are_checked() {
    let key = SigningKey::new("one");
    for (answer, status) in [
        (json!({ "active": true, "iss": PROVIDER }), 200),
        (json!({ "active": true, "iss": "https://other.example" }), 401),
        (json!({ "active": true, "exp": 1_000 }), 401),
        (json!({ "active": true, "aud": "https://other.example" }), 401),
        (json!({ "active": true, "cnf": { "jkt": "x" } }), 401),
        (json!({ "active": "true" }), 503),
    ] {
        let app = app(issuer(&provider(&key, &answer)).introspect_jwts());
        assert_eq!(me(&app, &key.bearer()).await.status, status, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn cached_jwt_is_asked_about_as_well() {
    use authgate::oauth::AccessTokens;
    use authgate::scheme::Bearer;
    use authgate::scheme::bearer::CacheSize;
    use authgate::{Authenticated, Gate, Router, routing::get};

    #[derive(Clone, authgate::Principal, serde::Deserialize)]
    struct Caller {
        #[principal(id)]
        sub: String,
    }
    async fn name(caller: Authenticated<Caller>) -> String {
        caller.sub.clone()
    }
    let key = SigningKey::new("one");
    let provider = provider(&key, &json!({ "active": true }));
    let tokens =
        AccessTokens::from(issuer(&provider).introspect_jwts()).audience(authgate_tests::token::AUDIENCE);
    let scheme = Bearer::of(&tokens).cached(CacheSize::mebibytes(1));
    let gate = Gate::<Caller>::builder().scheme(scheme).build().unwrap();
    let app = Router::new().route("/me", get(name)).with_state(gate);
    let bearer = key.bearer();
    for _ in 0..2 {
        me(&app, &bearer).await.assert_is(200, "vera");
    }
    provider.serve_json(ENDPOINT, &json!({ "active": false }));
    pass(seconds(30)).await;
    assert_eq!(me(&app, &bearer).await.status, 401);
}
