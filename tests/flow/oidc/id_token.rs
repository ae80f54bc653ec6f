//! The checks of the ID token (OpenID Connect Core 1.0 section 3.1.3.7).

use authgate_tests::jar::Jar;
use authgate_tests::provider::{PROVIDER, SigningKey};
use authgate_tests::token::{SECRET, now};
use aws_lc_rs::digest::{SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::world::{Idp, SESSION, Site};

/// Signs in with an ID token, and returns the status and the reason.
async fn with_token(site: &Site, token: impl FnOnce(&Value) -> String) -> (u16, String) {
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "").await;
    let target = site.idp.answer_with(&asked, &token(&Idp::claims(&asked, &json!({}))));
    let answer = jar.ask(&site.app, &format!("GET {target}")).await;
    assert_eq!(jar.get(SESSION).is_some(), answer.status == 303);
    (answer.status.as_u16(), if answer.status == 303 { String::new() } else { answer.reason() })
}

#[tokio::test(start_paused = true)]
async fn each_claim_is_checked() {
    let now = now();
    for (over, status, reason) in [
        (json!({}), 303, ""),
        (json!({ "iss": "https://evil.example" }), 401, "credentials_wrong_issuer"),
        (json!({ "iss": null }), 401, "credentials_wrong_issuer"),
        (json!({ "aud": ["web"] }), 303, ""),
        (json!({ "aud": "other" }), 401, "credentials_wrong_audience"),
        (json!({ "aud": [] }), 401, "credentials_wrong_audience"),
        (json!({ "aud": ["web", "other"], "azp": "web" }), 401, "credentials_wrong_audience"),
        (json!({ "aud": ["web", "api"] }), 401, "credentials_wrong_audience"),
        (json!({ "aud": ["web", "api"], "azp": "web" }), 303, ""),
        (json!({ "aud": ["web", "api"], "azp": "api" }), 401, "credentials_wrong_audience"),
        (json!({ "aud": ["api"], "azp": "web" }), 401, "credentials_wrong_audience"),
        (json!({ "aud": null }), 401, "credentials_malformed"),
        (json!({ "aud": 1 }), 401, "credentials_malformed"),
        (json!({ "aud": ["web", 1] }), 401, "credentials_malformed"),
        (json!({ "azp": "web" }), 303, ""),
        (json!({ "azp": "other" }), 401, "credentials_wrong_audience"),
        (json!({ "azp": ["web"] }), 401, "credentials_malformed"),
        (json!({ "nonce": "n-0S6_WzA2Mj" }), 401, "credentials_rejected"),
        (json!({ "nonce": null }), 401, "credentials_rejected"),
        (json!({ "nonce": ["a"] }), 401, "credentials_malformed"),
        (json!({ "exp": now - 31 }), 401, "credentials_expired"),
        (json!({ "exp": now - 20 }), 303, ""),
        (json!({ "exp": null }), 401, "credentials_malformed"),
        (json!({ "nbf": now + 60 }), 401, "credentials_not_yet_valid"),
        (json!({ "iat": null }), 401, "credentials_malformed"),
        (json!({ "iat": now + 60 }), 401, "credentials_not_yet_valid"),
        (json!({ "iat": now - 60 }), 401, "credentials_expired"),
        (json!({ "iat": "1" }), 401, "credentials_malformed"),
        (json!({ "sub": null }), 401, "credentials_rejected"),
        (json!({ "sub": "" }), 401, "credentials_rejected"),
        (json!({ "sub": "a".repeat(256) }), 401, "credentials_rejected"),
        (json!({ "sub": 7 }), 401, "credentials_malformed"),
        (json!({ "auth_time": null }), 401, "credentials_malformed"),
        (json!({ "auth_time": "1" }), 401, "credentials_malformed"),
        (json!({ "auth_time": now - 13 * 3600 }), 401, "step_up_required"),
        (json!({ "auth_time": now + 60 }), 401, "credentials_not_yet_valid"),
        (json!({ "auth_time": -1 }), 401, "step_up_required"),
        (json!({ "sid": null }), 303, ""),
        (json!({ "sid": 1 }), 401, "credentials_malformed"),
        (json!({ "sid": "a".repeat(2000) }), 401, "credentials_rejected"),
        (json!({ "acr": null, "amr": null }), 303, ""),
        (json!({ "acr": 1 }), 401, "credentials_malformed"),
        (json!({ "amr": "pwd" }), 303, ""),
        (json!({ "at_hash": "wrong" }), 401, "credentials_rejected"),
        // The principal cannot be read.
        (json!({ "roles": [1] }), 401, "credentials_rejected"),
        // A key that the client would have to prove (RFC 7800).
        (json!({ "cnf": { "jkt": "a" } }), 401, "credentials_rejected"),
        // Longer than a session may keep.
        (json!({ "long": "a".repeat(20_000) }), 503, "undecided"),
    ] {
        let site = Site::with(|login| login.audience("api"));
        let mut jar = Jar::default();
        let answer = site.sign_in(&mut jar, "", &over).await;
        let found = if answer.status == 303 { String::new() } else { answer.reason() };
        assert_eq!((answer.status.as_u16(), found.as_str()), (status, reason), "{over}");
        assert_eq!(jar.get(SESSION).is_some(), status == 303, "{over}");
    }
}

/// The hash of `EdDSA` with Ed25519 is SHA-512 (section 3.1.3.6).
#[tokio::test(start_paused = true)]
async fn hash_of_the_access_token_is_compared() {
    let hash = |token: &str| URL_SAFE_NO_PAD.encode(&digest(&SHA512, token.as_bytes()).as_ref()[..32]);
    let site = Site::new();
    let mut jar = Jar::default();
    let right = json!({ "at_hash": hash("an access token") });
    assert_eq!(site.sign_in(&mut jar, "", &right).await.status, 303);
    let wrong = json!({ "at_hash": hash("another one") });
    assert_eq!(site.sign_in(&mut jar, "", &wrong).await.status, 401);
}

/// RFC 8725 section 3.11: other kinds of tokens are not ID tokens.
#[tokio::test(start_paused = true)]
async fn other_kinds_of_tokens_are_rejected() {
    let site = Site::new();
    for typ in ["at+jwt", "application/at+jwt", "logout+jwt", "token-introspection+jwt", "dpop+jwt", "x"] {
        let found = with_token(&site, |claims| site.idp.key.sign(&json!({ "typ": typ }), claims)).await;
        assert_eq!(found, (401, "credentials_rejected".to_owned()), "{typ}");
    }
    for typ in ["JWT", "jwt"] {
        let found = with_token(&site, |claims| site.idp.key.sign(&json!({ "typ": typ }), claims)).await;
        assert_eq!(found.0, 303, "{typ}");
    }
}

#[tokio::test(start_paused = true)]
async fn signature_must_be_of_a_key_of_the_provider() {
    let site = Site::new();
    let other = SigningKey::new("one");
    assert_eq!(with_token(&site, |claims| other.sign(&json!({}), claims)).await.0, 401);
    let unsigned = |claims: &Value| {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "none" }).to_string());
        format!("{header}.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
    };
    assert_eq!(with_token(&site, unsigned).await.0, 401);
    // A symmetric algorithm, with the client's secret or any other one.
    for secret in [SECRET, b"web secret&".as_slice()] {
        let token = |claims: &Value| {
            encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret)).unwrap()
        };
        assert_eq!(with_token(&site, token).await.0, 401);
    }
    let twice = |claims: &Value| {
        let text = claims.to_string().replacen('{', "{\"aud\":\"evil\",", 1);
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "kid": "one" }).to_string());
        format!("{header}.{}.AAAA", URL_SAFE_NO_PAD.encode(text))
    };
    assert_eq!(with_token(&site, twice).await.0, 401);
    for garbage in ["", "a", "a.b.c", "....", "\u{e9}"] {
        assert!([401, 503].contains(&with_token(&site, |_| garbage.to_owned()).await.0), "{garbage}");
    }
}

#[tokio::test(start_paused = true)]
async fn token_with_a_new_key_waits_for_the_keys() {
    let site = Site::new();
    let new = SigningKey::new("two");
    site.idp.provider.publish(&[&site.idp.key, &new]);
    let mut jar = Jar::default();
    assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 303);
    let newer = SigningKey::new("three");
    site.idp.provider.publish(&[&new, &newer]);
    assert_eq!(with_token(&site, |claims| newer.sign(&json!({}), claims)).await.0, 303);
    // A key that does not exist is fetched once, and then rejected.
    let unknown = SigningKey::new("four");
    assert_eq!(with_token(&site, |claims| unknown.sign(&json!({}), claims)).await.0, 401);
    assert_eq!(PROVIDER, "https://id.example");
}
