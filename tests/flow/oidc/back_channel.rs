//! Logouts that the provider sends (OpenID Connect Back-Channel Logout 1.0 sections 2.4 to 2.8).

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::oauth::{BackendError, InMemoryOnce, Once};
use authgate::scheme::Issuer;
use authgate::scheme::bearer::{
    InMemoryRevocations, Revocation, RevocationStatus, RevocationStore, Revocations,
};
use authgate::session::Sessions;
use authgate::{Context, Gate};
use authgate_tests::app::User;
use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use authgate_tests::provider::{PROVIDER, SigningKey};
use authgate_tests::session::Store;
use authgate_tests::token::now;
use serde_json::{Value, json};

use super::outage::Fickle;
use super::world::{Idp, Site, routes, settings, settings_of};

/// Returns the claims of a logout token, overridden by these. `null` removes a claim.
fn claims(over: &Value) -> Value {
    let mut claims = json!({
        "iss": PROVIDER, "aud": "web", "iat": now(), "exp": now() + 120, "jti": "j-1", "sid": "s-1", "sub": "ada",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    for (name, value) in over.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn token(key: &SigningKey, over: &Value) -> String {
    key.sign(&json!({ "typ": "logout+jwt" }), &claims(over))
}

/// Posts a form as the provider does: without a browser.
async fn post(site: &Site, form: &str) -> Answer {
    let answer = Jar::default().post(&site.app, "/backchannel-logout", form).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"), "section 2.8");
    answer
}

async fn logout(site: &Site, over: &Value) -> u16 {
    post(site, &format!("logout_token={}", token(&site.idp.key, over))).await.status.as_u16()
}

#[tokio::test(start_paused = true)]
async fn provider_ends_one_session_or_all_of_a_user() {
    for (over, first, second) in [
        (json!({}), 401, 200),
        (json!({ "sub": null }), 401, 200),
        (json!({ "sid": null }), 401, 401),
        (json!({ "sid": "s-3" }), 200, 200),
        (json!({ "sid": null, "sub": "eve" }), 200, 200),
    ] {
        let site = Site::new();
        let mut jars = [Jar::default(), Jar::default()];
        for (jar, sid) in jars.iter_mut().zip(["s-1", "s-2"]) {
            assert_eq!(site.sign_in(jar, "", &json!({ "sid": sid })).await.status, 303);
        }
        assert_eq!(logout(&site, &over).await, 200);
        for (jar, status) in jars.iter_mut().zip([first, second]) {
            let answer = jar.ask(&site.app, "GET /me").await;
            assert_eq!(answer.status.as_u16(), status, "{over}");
            assert!(status == 200 || answer.reason() == "credentials_revoked");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn logout_takes_effect_at_every_process() {
    let (idp, store) = (Idp::new(), Store::default());
    let (ended, used) = (InMemoryRevocations::new(), Arc::new(InMemoryOnce::new()));
    let [one, other] = [(); 2]
        .map(|()| Site::of(&idp, &store, |login| login.ended_by(ended.clone()).used(Arc::clone(&used))));
    let mut jar = one.signed_in().await;
    assert_eq!(other.status(&mut jar, "GET /me").await, 200);
    assert_eq!(logout(&other, &json!({})).await, 200);
    assert_eq!(one.status(&mut jar.clone(), "GET /me").await, 401);
    // The token counts once at all processes.
    assert_eq!(logout(&one, &json!({})).await, 400);
    // A new session at the provider is not ended.
    let answer = one.sign_in(&mut jar, "", &json!({ "sid": "s-2" })).await;
    assert_eq!((answer.status.as_u16(), one.status(&mut jar, "GET /me").await), (303, 200));
}

/// A replayed token must not end the sessions that the user has started since.
#[tokio::test(start_paused = true)]
async fn token_counts_once() {
    let site = Site::new();
    let over = json!({ "sid": null });
    assert_eq!(logout(&site, &over).await, 200);
    // A revocation counts for the same second.
    std::thread::sleep(Duration::from_millis(1100));
    let mut jar = site.signed_in().await;
    assert_eq!(logout(&site, &over).await, 400);
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
    assert_eq!(logout(&site, &json!({ "sid": null, "jti": "j-2" })).await, 200);
    assert_eq!(site.status(&mut jar, "GET /me").await, 401);
}

#[tokio::test(start_paused = true)]
async fn wrong_tokens_are_400_and_end_nothing() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    let event = "http://schemas.openid.net/event/backchannel-logout";
    for over in [
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": null }),
        json!({ "aud": "other" }),
        json!({ "aud": ["web", "other"] }),
        json!({ "aud": null }),
        json!({ "iat": null }),
        json!({ "iat": now() - 600 }),
        json!({ "iat": now() + 600 }),
        json!({ "iat": "1" }),
        json!({ "exp": now() - 60 }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": 1 }),
        json!({ "jti": "a".repeat(2000) }),
        json!({ "sub": null, "sid": null }),
        json!({ "sub": "", "sid": null }),
        json!({ "sid": 1 }),
        json!({ "sid": "" }),
        json!({ "sub": ["ada"] }),
        json!({ "nonce": "a" }),
        json!({ "nonce": 1 }),
        json!({ "events": null }),
        json!({ "events": {} }),
        json!({ "events": event }),
        json!({ "events": [event] }),
        json!({ "events": { event: true } }),
        json!({ "events": { "https://example.com/other": {} } }),
    ] {
        assert_eq!(logout(&site, &over).await, 400, "{over}");
    }
    let key = &site.idp.key;
    let typed = |typ: Value| key.sign(&json!({ "typ": typ }), &claims(&json!({})));
    let other = SigningKey::new("one");
    let id_token = key.sign(&json!({}), &claims(&json!({ "nonce": "a", "auth_time": now() })));
    for (what, token) in [
        ("no typ", key.sign(&json!({}), &claims(&json!({})))),
        ("an ID token", id_token),
        ("an access token", typed(json!("at+jwt"))),
        ("JWT", typed(json!("JWT"))),
        ("another key", token(&other, &json!({}))),
        ("garbage", "a.b.c".to_owned()),
        ("long", "a".repeat(70_000)),
    ] {
        assert_eq!(post(&site, &format!("logout_token={token}")).await.status, 400, "{what}");
    }
    let right = token(key, &json!({}));
    for form in [
        String::new(),
        "logout_token=".to_owned(),
        right.clone(),
        format!("token={right}"),
        format!("logout_token={right}&logout_token={right}"),
    ] {
        assert_eq!(post(&site, &form).await.status, 400);
    }
    assert_eq!(
        site.status(&mut Jar::default(), &format!("GET /backchannel-logout?logout_token={right}")).await,
        405
    );
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
    assert_eq!(logout(&site, &json!({})).await, 200);
    assert_eq!(site.status(&mut jar, "GET /me").await, 401);
}

/// A store of revocations that fails.
#[derive(Clone)]
struct Ended(Fickle, InMemoryRevocations);

impl Revocations for Ended {
    async fn status(&self, context: &Context) -> RevocationStatus {
        match self.0.act().await {
            Ok(()) => self.1.status(context).await,
            Err(_) => RevocationStatus::Unavailable,
        }
    }
}

impl RevocationStore for Ended {
    async fn revoke(&self, revoked: Revocation<'_>, end: SystemTime) -> Result<(), BackendError> {
        self.0.act().await?;
        self.1.revoke(revoked, end).await
    }
}

/// The provider tries again with the same token.
#[tokio::test(start_paused = true)]
async fn store_that_fails_is_503_and_loses_no_logout() {
    for mood in 1..=3 {
        let (fickle, used) = (Fickle::new(), Fickle::new());
        let ended = Ended(fickle.clone(), InMemoryRevocations::new());
        let site = Site::with(|login| login.ended_by(ended).used(used.clone()));
        let mut jar = site.signed_in().await;
        fickle.be(mood);
        let answer = post(&site, &format!("logout_token={}", token(&site.idp.key, &json!({})))).await;
        assert_eq!(answer.status, 503);
        assert!(answer.header("retry-after").is_some());
        if mood < 3 {
            assert_eq!(site.status(&mut jar, "GET /me").await, 503, "no session is used unchecked");
            let answer = site.sign_in(&mut Jar::default(), "", &json!({})).await;
            assert_eq!(answer.status, 503);
        }
        fickle.be(0);
        assert_eq!(site.status(&mut jar, "GET /me").await, 200, "the outage ends no session");
        used.be(mood);
        assert_eq!(logout(&site, &json!({})).await, 503);
        used.be(0);
        assert_eq!(logout(&site, &json!({})).await, 200, "the same token");
        assert_eq!(site.status(&mut jar, "GET /me").await, 401);
    }
}

#[tokio::test(start_paused = true)]
async fn keys_that_cannot_be_fetched_are_503() {
    let site = Site::new();
    site.idp.provider.set_down(true);
    assert_eq!(logout(&site, &json!({})).await, 503);
}

/// Records until when the stores keep their entries.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<SystemTime>>>);

impl Ends {
    fn add(&self, end: SystemTime) {
        self.0.lock().unwrap().push(end);
    }

    fn last(&self) -> SystemTime {
        *self.0.lock().unwrap().last().unwrap()
    }
}

impl Revocations for Ends {
    async fn status(&self, _: &Context) -> RevocationStatus {
        RevocationStatus::Good
    }
}

impl RevocationStore for Ends {
    async fn revoke(&self, _: Revocation<'_>, end: SystemTime) -> Result<(), BackendError> {
        self.add(end);
        Ok(())
    }
}

impl Once for Ends {
    async fn first(&self, _: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        self.add(until);
        Ok(true)
    }
}

/// A store forgets an entry at its end, and the session would be valid again.
#[tokio::test(start_paused = true)]
async fn logout_outlives_each_session() {
    for (lifetime, least) in [
        (Duration::from_secs(30 * 86_400), Duration::from_secs(30 * 86_400)),
        (Duration::MAX, Duration::from_secs(500 * 365 * 86_400)),
    ] {
        let (idp, store, ends) = (Idp::new(), Store::default(), Ends::default());
        let login = settings(&idp).ended_by(ends.clone()).claims::<User>().unwrap();
        let sessions = Sessions::new(store.clone()).absolute(lifetime);
        let gate = Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build().unwrap();
        let app = routes().merge(login.routes(&sessions)).layer(sessions.layer()).with_state(gate);
        let before = SystemTime::now();
        assert_eq!(logout(&Site { app, store, idp }, &json!({})).await, 200);
        assert!(ends.last() >= before + least, "{lifetime:?}");
    }
}

/// The clock of the provider may be ahead by the whole skew.
#[tokio::test(start_paused = true)]
async fn token_is_known_for_as_long_as_it_is_accepted() {
    let (used, skew) = (Ends::default(), 300);
    let site = Site::with(|login| login.used(used.clone()).leeway(Duration::from_secs(skew)));
    let issued = now() + skew - 10;
    assert_eq!(logout(&site, &json!({ "iat": issued, "exp": issued + 3600 })).await, 200);
    let accepted_until = UNIX_EPOCH + Duration::from_secs(issued + 300 + skew);
    assert!(used.last() >= accepted_until);
}

/// A subject is the same user under each name of the provider.
#[tokio::test(start_paused = true)]
async fn logout_with_one_name_of_the_provider_ends_sessions_with_the_other() {
    const OLD: &str = "https://old.example";
    for over in [json!({}), json!({ "sid": null })] {
        for (signed_in_as, logged_out_as) in [(OLD, PROVIDER), (PROVIDER, OLD), (OLD, OLD)] {
            let (idp, store) = (Idp::new(), Store::default());
            let issuer = Issuer::discover(PROVIDER).alias(OLD).fetched_by(idp.provider.clone());
            let login = settings_of(issuer).claims::<User>().unwrap();
            let site = Site::of_login(&idp, &store, &login);
            let mut jar = Jar::default();
            assert_eq!(site.sign_in(&mut jar, "", &json!({ "iss": signed_in_as })).await.status, 303);
            assert_eq!(site.status(&mut jar, "GET /me").await, 200);
            let mut over = over.clone();
            over["iss"] = json!(logged_out_as);
            assert_eq!(logout(&site, &over).await, 200);
            assert_eq!(site.status(&mut jar, "GET /me").await, 401, "{signed_in_as} {over}");
        }
    }
}
