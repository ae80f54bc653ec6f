//! Issuers that are added and removed while the service runs.

use authgate::Gate;
use authgate::oauth::AccessTokens;
use authgate::scheme::{Bearer, Issuer, Keys};
use authgate_tests::app::User;
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use serde_json::json;

use super::{app_of, cached_app, discovered, me, pass, seconds, settle, status};

fn fixed() -> Issuer {
    Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap())
}

#[tokio::test(start_paused = true)]
async fn issuer_is_trusted_from_its_addition_to_its_removal() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 401);
    for _ in 0..2 {
        tokens.add(discovered(&provider)).unwrap();
        assert_eq!(status(&app, &key).await, 200);
        assert!(tokens.remove(PROVIDER) && !tokens.remove(PROVIDER));
        assert_eq!(status(&app, &key).await, 401);
    }
    let own = format!("Bearer {}", token(&json!({})));
    assert_eq!(me(&app, &own).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn issuer_that_cannot_be_distinguished_is_not_added() {
    let provider = Provider::new(&[]);
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let app = app_of(&tokens);
    for (issuer, expected) in [
        (fixed(), "trusted twice"),
        (Issuer::with_keys("https://other.example", Keys::hs256(SECRET).unwrap()), "a key in common"),
        (Issuer::discover("http://other.example").fetched_by(provider.clone()), "https://"),
        (Issuer::discover("").fetched_by(provider.clone()), "empty"),
    ] {
        let error = tokens.add(issuer).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert_eq!(tokens.health().len(), 1);
    assert_eq!(me(&app, &format!("Bearer {}", token(&json!({})))).await.status, 200);
}

/// Two issuers with a key in common could sign for each other.
#[tokio::test(start_paused = true)]
async fn fetched_key_of_another_issuer_is_not_used() {
    let (key, other) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let copy = Provider::default();
    let metadata = json!({ "issuer": "https://copy.example", "jwks_uri": "https://copy.example/jwks" });
    copy.serve_json("https://copy.example/.well-known/oauth-authorization-server", &metadata);
    copy.serve_json("https://copy.example/jwks", &json!({ "keys": [other.jwk(), key.jwk()] }));
    let tokens = AccessTokens::from(discovered(&provider)).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 200);
    tokens.add(Issuer::discover("https://copy.example").fetched_by(copy)).unwrap();
    let forged = format!("Bearer {}", key.token(&json!({ "iss": "https://copy.example" })));
    assert_eq!(me(&app, &forged).await.status, 503);
    assert_eq!(status(&app, &key).await, 200);
}

#[tokio::test(start_paused = true)]
async fn removal_ends_cached_tokens() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).and(discovered(&provider)).audience(AUDIENCE);
    let app = cached_app(&tokens);
    // The keys of one issuer have changed, and those of the other never do.
    for (name, authorization) in [(PROVIDER, key.bearer()), (ISSUER, format!("Bearer {}", token(&json!({}))))]
    {
        for _ in 0..2 {
            assert_eq!(me(&app, &authorization).await.status, 200, "{name}");
        }
        assert!(tokens.remove(name));
        assert_eq!(me(&app, &authorization).await.status, 401, "{name}");
    }
}

/// The other schemes of the same tokens would trust it as well.
#[tokio::test(start_paused = true)]
async fn issuer_of_one_scheme_is_not_trusted_by_others() {
    let partner = Keys::hs256("another secret of at least 32 bytes, of a partner").unwrap();
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let public = app_of(&tokens);
    for internal in [
        Bearer::of(&tokens).trust("https://partner.example", partner),
        Bearer::of(&tokens).or_issuer("alias"),
    ] {
        let error = Gate::<User>::builder().scheme(internal).build().unwrap_err().to_string();
        assert!(error.contains("AccessTokens::and"), "{error}");
    }
    let names: Vec<_> = tokens.health().into_iter().map(|health| health.issuer).collect();
    assert_eq!(names, [ISSUER]);
    let alias = format!("Bearer {}", token(&json!({ "iss": "alias" })));
    assert_eq!(me(&public, &alias).await.status, 401);
}

/// A gate checks its issuers when it is built, so that later ones need `AccessTokens::add`.
#[tokio::test(start_paused = true)]
async fn issuers_of_a_changed_copy_are_not_trusted_by_the_original() {
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let app = app_of(&tokens);
    let key = SigningKey::new("one");
    let more = tokens.clone().and(discovered(&Provider::new(&[&key])));
    assert_eq!((tokens.health().len(), more.health().len()), (1, 2));
    assert_eq!(status(&app, &key).await, 401);
    assert_eq!(status(&app_of(&more), &key).await, 200);
}

/// All schemes of the tokens see a change while the service runs.
#[tokio::test(start_paused = true)]
async fn issuer_is_added_to_and_removed_from_a_scheme_with_its_own_settings() {
    let key = SigningKey::new("one");
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let scheme = Bearer::of(&tokens).audience("another").require_at_jwt();
    let gate = Gate::<User>::builder().scheme(scheme.dangerous("a test").any_type()).build().unwrap();
    let app = authgate_tests::app::routes()
        .with_state(authgate_tests::app::App { gate, ran: authgate_tests::app::Ran::default() });
    tokens.add(discovered(&Provider::new(&[&key]))).unwrap();
    assert_eq!(status(&app, &key).await, 200);
    assert!(tokens.remove(PROVIDER));
    assert_eq!(status(&app, &key).await, 401);
}

#[tokio::test(start_paused = true)]
async fn keys_of_a_dropped_gate_or_a_removed_issuer_are_not_fetched() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).and(discovered(&provider)).audience(AUDIENCE);
    let removed = app_of(&tokens);
    let dropped = super::app(discovered(&provider));
    assert_eq!((status(&removed, &key).await, status(&dropped, &key).await), (200, 200));
    drop(dropped);
    assert!(tokens.remove(PROVIDER));
    settle().await;
    let before = provider.all_asked().len();
    pass(seconds(7200)).await;
    assert_eq!(provider.all_asked().len(), before);
}

#[tokio::test(start_paused = true)]
async fn request_that_waits_for_keys_of_a_removed_issuer_is_rejected() {
    let (key, new) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).and(discovered(&provider)).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 200);
    provider.set_delay(seconds(1));
    provider.publish(&[&new]);
    let (waiting, bearer) = (app.clone(), new.bearer());
    let waiting = tokio::spawn(async move { me(&waiting, &bearer).await.status });
    settle().await;
    assert!(tokens.remove(PROVIDER));
    assert_eq!(waiting.await.unwrap(), 401);
    // The same name with other keys.
    let other = SigningKey::new("one");
    tokens.add(discovered(&Provider::new(&[&other]))).unwrap();
    assert_eq!((status(&app, &key).await, status(&app, &other).await), (401, 200));
}

/// A removal takes effect even if another issuer could not be added.
#[tokio::test(start_paused = true)]
async fn removal_does_not_depend_on_the_other_issuers() {
    let provider = Provider::new(&[]);
    let unusable = Issuer::discover("http://plain.example").fetched_by(provider.clone());
    let tokens = AccessTokens::from(fixed()).and(unusable).audience(AUDIENCE);
    assert!(tokens.remove(ISSUER) && !tokens.remove(ISSUER));
    assert_eq!(tokens.health().len(), 1);
    assert_eq!(provider.all_asked().len(), 0);
}
