//! Signed answers (RFC 9701).

use authgate::oauth::Introspection;
use authgate::scheme::Issuer;
use authgate_tests::provider::{Provider, SigningKey};
use authgate_tests::token::now;
use axum::body::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{ENDPOINT, OLD, OPAQUE, active, answering, app, introspected, introspection, me};
use crate::events::capture::capture_with_tasks;
use crate::oauth::{pass, seconds};

const KEYS: &str = "https://old.example/jwks";
const TYPE: &str = "application/token-introspection+jwt; charset=utf-8";

fn signed_claims(answer: &Value, over: &Value) -> Value {
    let mut claims = json!({ "iss": OLD, "aud": "api", "iat": now(), "token_introspection": answer });
    for (name, value) in over.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// An issuer that signs this answer.
fn signing(key: &SigningKey, header: &Value, claims: &Value) -> Provider {
    let provider = answering(&json!({}));
    provider.serve_json(KEYS, &json!({ "keys": [key.jwk()] }));
    serve(&provider, key.sign(header, claims));
    provider
}

fn serve(provider: &Provider, jwt: String) {
    provider.serve(ENDPOINT, move || {
        Response::builder().header("content-type", TYPE).body(Bytes::from(jwt.clone())).unwrap()
    });
}

fn requiring(provider: &Provider) -> Issuer {
    Issuer::introspected(OLD, introspection().signed()).fetched_by(provider.clone())
}

fn usual() -> Value {
    json!({ "typ": "token-introspection+jwt" })
}

#[tokio::test(start_paused = true)]
async fn signed_answer_is_accepted_whether_or_not_it_was_asked_for() {
    let key = SigningKey::new("one");
    for typ in ["token-introspection+jwt", "application/Token-Introspection+JWT"] {
        let provider = signing(&key, &json!({ "typ": typ }), &signed_claims(&active(&json!({})), &json!({})));
        for issuer in [introspected(&provider), requiring(&provider)] {
            me(&app(issuer), OPAQUE).await.assert_is(200, "vera");
        }
    }
    let inactive = signing(&key, &usual(), &signed_claims(&json!({ "active": false }), &json!({})));
    assert_eq!(me(&app(requiring(&inactive)), OPAQUE).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn signed_answer_is_asked_for_and_then_required() {
    let provider = answering(&active(&json!({})));
    provider.serve_with(ENDPOINT, |request| {
        assert_eq!(request.headers()["accept"], "application/token-introspection+jwt");
        Response::new(active(&json!({})).to_string().into())
    });
    let (answer, log) = capture_with_tasks(async { me(&app(requiring(&provider)), OPAQUE).await }).await;
    assert_eq!(answer.status, 503);
    assert!(format!("{log:?}").contains("the answer is not signed"), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn signed_answer_that_does_not_verify_is_an_outage() {
    let (key, other) = (SigningKey::new("one"), SigningKey::new("one"));
    let good = || signed_claims(&active(&json!({})), &json!({}));
    let with = |over: Value| signed_claims(&active(&json!({})), &over);
    for (signer, header, claims, cause) in [
        (&other, usual(), good(), "no key of the issuer made the signature"),
        (&key, json!({}), good(), "`typ`"),
        (&key, json!({ "typ": "JWT" }), good(), "`typ`"),
        (&key, json!({ "typ": "at+jwt" }), good(), "`typ`"),
        (&key, usual(), with(json!({ "iss": "https://other.example" })), "another issuer"),
        (&key, usual(), with(json!({ "iss": null })), "cannot be read"),
        (&key, usual(), with(json!({ "aud": "web" })), "not for this client"),
        (&key, usual(), with(json!({ "aud": [] })), "not for this client"),
        (&key, usual(), with(json!({ "exp": now() - 60 })), "expired"),
        (&key, usual(), with(json!({ "token_introspection": null })), "cannot be read"),
        (&key, usual(), json!({ "iss": OLD, "aud": "api", "active": true }), "no `token_introspection`"),
        (&key, usual(), active(&json!({ "aud": "api" })), "no `token_introspection`"),
    ] {
        let provider = signing(&key, &header, &claims);
        serve(&provider, signer.sign(&header, &claims));
        let (answer, log) =
            capture_with_tasks(async { me(&app(introspected(&provider)), OPAQUE).await }).await;
        assert_eq!(answer.status, 503, "{cause}");
        assert!(format!("{log:?}").contains(cause), "{cause}: {log:?}");
    }
    for body in ["", "a.b.c", "{}", "a.b.c.d.e"] {
        let provider = signing(&key, &usual(), &good());
        serve(&provider, body.to_owned());
        assert_eq!(me(&app(introspected(&provider)), OPAQUE).await.status, 503, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn signed_answer_is_verified_with_a_new_key_of_the_issuer() {
    let (old, new) = (SigningKey::new("old"), SigningKey::new("new"));
    let claims = signed_claims(&active(&json!({})), &json!({}));
    let provider = signing(&old, &usual(), &claims);
    let app = app(requiring(&provider));
    me(&app, OPAQUE).await.assert_is(200, "vera");
    provider.serve_json(KEYS, &json!({ "keys": [new.jwk()] }));
    serve(&provider, new.sign(&usual(), &claims));
    pass(seconds(30)).await;
    me(&app, OPAQUE).await.assert_is(200, "vera");
    assert_eq!(provider.asked(KEYS), 2);
}

/// The keys of an introspected issuer verify its answers only. Its JWTs are introspected.
#[tokio::test(start_paused = true)]
async fn key_of_signed_answers_verifies_no_token() {
    let key = SigningKey::new("one");
    let provider = signing(&key, &usual(), &signed_claims(&json!({ "active": false }), &json!({})));
    let app = app(requiring(&provider));
    assert_eq!(me(&app, OPAQUE).await.status, 401);
    let jwt = format!("Bearer {}", key.token(&json!({ "iss": OLD })));
    assert_eq!(me(&app, &jwt).await.status, 401);
    assert_eq!(provider.asked(ENDPOINT), 2);
}

/// A signed answer is not an access token (RFC 9701 section 8.1).
#[tokio::test(start_paused = true)]
async fn signed_answer_is_not_accepted_as_a_token() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let introspection = Introspection::at(ENDPOINT).client("api", "secret");
    let app = app(crate::oauth::discovered(&provider).introspection(introspection));
    let claims = authgate_tests::token::claims(&json!({ "iss": authgate_tests::provider::PROVIDER }));
    for (header, status) in [(json!({}), 200), (usual(), 401)] {
        assert_eq!(
            me(&app, &format!("Bearer {}", key.sign(&header, &claims))).await.status,
            status,
            "{header}"
        );
    }
}
