//! Keys that are replaced while the service runs, with and without a cache.

use authgate::Gate;
use authgate::scheme::{Bearer, Keys, RotatingKeys};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token, token_with};
use jsonwebtoken::Header;
use serde_json::json;

use super::counted::{User, meanwhile, take_verification_count};
use super::{CHALLENGE, SIZE, app};

const NEXT: &[u8] = b"the next secret, of at least 32 bytes as well";
const OTHER_ISSUER: &str = "https://other.example";

fn old_keys() -> Keys {
    Keys::hs256(SECRET).unwrap()
}

fn new_keys() -> Keys {
    Keys::hs256(NEXT).unwrap()
}

fn token_of_new_keys() -> String {
    token_with(&Header::default(), NEXT, &json!({}))
}

fn bearer(keys: &RotatingKeys) -> Bearer {
    Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("api")
}

fn uncached_and_cached(keys: &RotatingKeys) -> [axum::Router; 2] {
    let gate = Gate::builder().scheme(bearer(keys)).build().unwrap();
    let cached = Gate::builder().scheme(bearer(keys).cached(SIZE)).build().unwrap();
    [app(gate), app(cached)]
}

#[tokio::test]
async fn replaced_key_is_rejected() {
    let keys = RotatingKeys::new(old_keys());
    let apps = uncached_and_cached(&keys);
    let (before, after) = (token(&json!({})), token_of_new_keys());
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &after).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    }
    keys.replace(new_keys()).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
        ask_with(app, "GET /me", &after).await.assert_is(200, "vera");
    }
    keys.replace(old_keys()).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &after).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    }
}

#[tokio::test]
async fn old_and_new_key_are_accepted_during_rotation() {
    let keys = RotatingKeys::new(old_keys());
    let apps = uncached_and_cached(&keys);
    keys.replace(new_keys().and(old_keys())).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &token_of_new_keys()).await.assert_is(200, "vera");
    }
}

/// If the cache read the generation of the keys after verification, it would keep accepting the
/// token.
#[tokio::test]
async fn token_verified_during_key_replacement_is_not_cached() {
    let keys = RotatingKeys::new(old_keys());
    let [_, app] = uncached_and_cached(&keys);
    let token = token(&json!({}));
    let replaced = keys.clone();
    meanwhile(move || replaced.replace(new_keys()).unwrap());
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    ask_with(&app, "GET /me", &token).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
}

#[tokio::test]
async fn cache_is_cleared_only_if_the_keys_change() {
    let keys = RotatingKeys::new(old_keys().with_id("a").and(new_keys()));
    let [_, app] = uncached_and_cached(&keys);
    let token = token(&json!({}));
    let same = || old_keys().with_id("a").and(new_keys());
    for (given, read) in [
        (same(), 1),
        (same(), 0),
        (new_keys().and(old_keys().with_id("a")), 1),
        (old_keys().with_id("b").and(new_keys()), 1),
        (old_keys().and(new_keys()), 1),
        (old_keys(), 1),
    ] {
        let shown = format!("{given:?}");
        keys.replace(given).unwrap();
        for _ in 0..2 {
            ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
        }
        assert_eq!(take_verification_count(), read, "{shown}");
    }
}

#[tokio::test]
async fn replace_rejects_a_key_of_another_issuer() {
    let other = RotatingKeys::new(new_keys());
    let keys = RotatingKeys::new(old_keys());
    let scheme = bearer(&keys).trust(OTHER_ISSUER, &other);
    let app = app(Gate::builder().scheme(scheme.cached(SIZE)).build().unwrap());
    let token = token(&json!({}));
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    for (which, given, whose) in
        [(&keys, new_keys(), OTHER_ISSUER), (&other, new_keys().and(old_keys()), ISSUER)]
    {
        let error = which.replace(given).unwrap_err().to_string();
        assert!(error.contains(&format!("belongs to the issuer \"{whose}\"")), "{error}");
    }
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    assert_eq!(take_verification_count(), 1, "what failed has changed nothing");
    ask_with(&app, "GET /me", &token_of_new_keys()).await.assert_denied(
        401,
        "credentials_rejected",
        &[CHALLENGE],
    );
    // The key can be used again after the other issuer has dropped it.
    other.replace(Keys::hs256(b"a third secret, of at least 32 bytes too").unwrap()).unwrap();
    keys.replace(new_keys()).unwrap();
}

#[test]
fn keys_of_a_dropped_gate_can_be_reused() {
    let keys = RotatingKeys::new(old_keys());
    let gate = Gate::<User>::builder().scheme(bearer(&keys).trust(OTHER_ISSUER, new_keys())).build().unwrap();
    assert!(keys.replace(new_keys()).is_err());
    drop(gate);
    keys.replace(new_keys()).unwrap();
}

#[test]
fn issuers_with_a_shared_key_are_a_config_error() {
    let keys = RotatingKeys::new(old_keys());
    for shared in [bearer(&keys).trust(OTHER_ISSUER, &keys), bearer(&keys).trust(OTHER_ISSUER, old_keys())] {
        let error = Gate::<User>::builder().scheme(shared).build().unwrap_err().to_string();
        assert!(error.contains("a key in common"), "{error}");
    }
}

/// Every response is based on either the old or the new keys. No response is based on the old keys
/// after `replace` has returned.
#[test]
fn requests_are_served_during_key_replacement() {
    let keys = RotatingKeys::new(old_keys());
    let apps = uncached_and_cached(&keys);
    let (before, after) = (token(&json!({})), token_of_new_keys());
    std::thread::scope(|scope| {
        for app in &apps {
            let (keys, before, after) = (&keys, &before, &after);
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for _ in 0..300 {
                    for token in [before, after] {
                        let status = runtime.block_on(ask_with(app, "GET /me", token)).status;
                        assert!(status == 200 || status == 401, "{status}");
                    }
                }
            });
            scope.spawn(move || {
                for _ in 0..50 {
                    keys.replace(new_keys()).unwrap();
                    keys.replace(old_keys()).unwrap();
                }
            });
        }
    });
    keys.replace(new_keys()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for app in &apps {
        assert_eq!(runtime.block_on(ask_with(app, "GET /me", &before)).status, 401);
        assert_eq!(runtime.block_on(ask_with(app, "GET /me", &after)).status, 200);
    }
}

/// Replacing the keys of any trusted issuer takes effect.
#[tokio::test]
async fn replaced_key_of_a_second_issuer_is_rejected() {
    let (first, second) = (RotatingKeys::new(old_keys()), RotatingKeys::new(new_keys()));
    let bearer = bearer(&first).trust(OTHER_ISSUER, &second);
    let app = app(Gate::builder().scheme(bearer.cached(SIZE)).build().unwrap());
    let of_first = token(&json!({}));
    let of_second = token_with(&Header::default(), NEXT, &json!({ "iss": OTHER_ISSUER }));
    for _ in 0..2 {
        ask_with(&app, "GET /me", &of_first).await.assert_is(200, "vera");
        ask_with(&app, "GET /me", &of_second).await.assert_is(200, "vera");
    }
    second.replace(Keys::hs256("a third secret, which is of 32 bytes").unwrap()).unwrap();
    ask_with(&app, "GET /me", &of_second).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    ask_with(&app, "GET /me", &of_first).await.assert_is(200, "vera");
}

#[tokio::test]
async fn replace_rejects_too_many_keys_and_keeps_the_old_ones() {
    let keys = RotatingKeys::new(old_keys());
    let apps = uncached_and_cached(&keys);
    let many = (0..9).map(|number| Keys::hs256(format!("{number:0>32}")).unwrap()).reduce(Keys::and).unwrap();
    let error = keys.replace(many).unwrap_err().to_string();
    assert!(error.starts_with("9 keys of HS256 have no id, but a token is tried with at most 8"), "{error}");
    for app in &apps {
        ask_with(app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    }
}
