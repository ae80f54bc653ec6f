//! Keys that are replaced while the service runs, with and without a cache.

use authgate::Gate;
use authgate::scheme::{Bearer, Keys, RotatingKeys};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token, token_with};
use jsonwebtoken::Header;
use serde_json::json;

use super::counted::{User, meanwhile, times_read};
use super::{CHALLENGE, SIZE, app};

const NEXT: &[u8] = b"the next secret, of at least 32 bytes as well";
const OTHER_ISSUER: &str = "https://other.example";

fn old() -> Keys {
    Keys::hs256(SECRET).unwrap()
}

fn next() -> Keys {
    Keys::hs256(NEXT).unwrap()
}

fn token_of_next() -> String {
    token_with(&Header::default(), NEXT, &json!({}))
}

fn bearer(keys: &RotatingKeys) -> Bearer {
    Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("api")
}

fn both_ways(keys: &RotatingKeys) -> [axum::Router; 2] {
    let gate = Gate::builder().scheme(bearer(keys)).build().unwrap();
    let cached = Gate::builder().scheme(bearer(keys).cached(SIZE)).build().unwrap();
    [app(gate), app(cached)]
}

#[tokio::test]
async fn a_key_that_is_replaced_verifies_no_more() {
    let keys = RotatingKeys::new(old());
    let apps = both_ways(&keys);
    let (before, after) = (token(&json!({})), token_of_next());
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &after).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    }
    keys.replace(next()).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
        ask_with(app, "GET /me", &after).await.assert_is(200, "vera");
    }
    keys.replace(old()).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &before).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &after).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    }
}

#[tokio::test]
async fn both_keys_are_good_while_an_issuer_changes_from_one_to_the_other() {
    let keys = RotatingKeys::new(old());
    let apps = both_ways(&keys);
    keys.replace(next().and(old())).unwrap();
    for app in &apps {
        ask_with(app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
        ask_with(app, "GET /me", &token_of_next()).await.assert_is(200, "vera");
    }
}

/// If the cache read the generation of the keys after verification, it would keep accepting the
/// token.
#[tokio::test]
async fn keys_that_are_replaced_while_a_token_is_verified_leave_nothing_behind() {
    let keys = RotatingKeys::new(old());
    let [_, app] = both_ways(&keys);
    let token = token(&json!({}));
    let replaced = keys.clone();
    meanwhile(move || replaced.replace(next()).unwrap());
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    ask_with(&app, "GET /me", &token).await.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
}

#[tokio::test]
async fn any_change_of_the_keys_empties_the_cache_and_the_same_keys_are_none() {
    let keys = RotatingKeys::new(old().with_id("a").and(next()));
    let [_, app] = both_ways(&keys);
    let token = token(&json!({}));
    let same = || old().with_id("a").and(next());
    for (given, read) in [
        (same(), 1),
        (same(), 0),
        (next().and(old().with_id("a")), 1),
        (old().with_id("b").and(next()), 1),
        (old().and(next()), 1),
        (old(), 1),
    ] {
        let shown = format!("{given:?}");
        keys.replace(given).unwrap();
        for _ in 0..2 {
            ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
        }
        assert_eq!(times_read(), read, "{shown}");
    }
}

#[tokio::test]
async fn one_issuer_does_not_come_to_have_the_key_of_another() {
    let other = RotatingKeys::new(next());
    let keys = RotatingKeys::new(old());
    let scheme = bearer(&keys).trust(OTHER_ISSUER, &other);
    let app = app(Gate::builder().scheme(scheme.cached(SIZE)).build().unwrap());
    let token = token(&json!({}));
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    for (which, given, whose) in [(&keys, next(), OTHER_ISSUER), (&other, next().and(old()), ISSUER)] {
        let error = which.replace(given).unwrap_err().to_string();
        assert!(error.contains(&format!("belongs to the issuer \"{whose}\"")), "{error}");
    }
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    assert_eq!(times_read(), 1, "what failed has changed nothing");
    ask_with(&app, "GET /me", &token_of_next()).await.assert_denied(
        401,
        "credentials_rejected",
        &[CHALLENGE],
    );
    // The key can be used again after the other issuer has dropped it.
    other.replace(Keys::hs256(b"a third secret, of at least 32 bytes too").unwrap()).unwrap();
    keys.replace(next()).unwrap();
}

#[test]
fn keys_that_are_in_no_gate_any_more_bind_nobody() {
    let keys = RotatingKeys::new(old());
    let gate = Gate::<User>::builder().scheme(bearer(&keys).trust(OTHER_ISSUER, next())).build().unwrap();
    assert!(keys.replace(next()).is_err());
    drop(gate);
    keys.replace(next()).unwrap();
}

#[test]
fn issuers_that_share_rotating_keys_build_no_gate() {
    let keys = RotatingKeys::new(old());
    for shared in [bearer(&keys).trust(OTHER_ISSUER, &keys), bearer(&keys).trust(OTHER_ISSUER, old())] {
        let error = Gate::<User>::builder().scheme(shared).build().unwrap_err().to_string();
        assert!(error.contains("a key in common"), "{error}");
    }
}

/// Every response is based on either the old or the new keys. No response is based on the old keys
/// after `replace` has returned.
#[test]
fn requests_go_on_while_keys_are_replaced() {
    let keys = RotatingKeys::new(old());
    let apps = both_ways(&keys);
    let (before, after) = (token(&json!({})), token_of_next());
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
                    keys.replace(next()).unwrap();
                    keys.replace(old()).unwrap();
                }
            });
        }
    });
    keys.replace(next()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for app in &apps {
        assert_eq!(runtime.block_on(ask_with(app, "GET /me", &before)).status, 401);
        assert_eq!(runtime.block_on(ask_with(app, "GET /me", &after)).status, 200);
    }
}

/// Replacing the keys of any trusted issuer takes effect.
#[tokio::test]
async fn a_key_of_a_second_issuer_that_is_replaced_verifies_no_more() {
    let (first, second) = (RotatingKeys::new(old()), RotatingKeys::new(next()));
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
async fn keys_that_are_too_many_to_be_tried_do_not_take_the_place_of_others() {
    let keys = RotatingKeys::new(old());
    let apps = both_ways(&keys);
    let many = (0..9).map(|number| Keys::hs256(format!("{number:0>32}")).unwrap()).reduce(Keys::and).unwrap();
    let error = keys.replace(many).unwrap_err().to_string();
    assert!(error.starts_with("9 keys of HS256 have no id, but a token is tried with at most 8"), "{error}");
    for app in &apps {
        ask_with(app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    }
}
