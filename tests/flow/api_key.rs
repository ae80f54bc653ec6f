//! API keys: both locations, rotation, expiry, changes at run time and a database.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use authgate::routing::get;
use authgate::scheme::api_key::{ApiKeys, InMemoryApiKeys, KeyDigest, KeyLookup, KeyRecord, NewKey};
use authgate::scheme::{ApiKey, Scheme};
use authgate::{Authenticated, Authorized, Gate, Principal, Roles, Router};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::ask::ask;

/// A program as a caller.
#[derive(Clone, Principal)]
#[principal(role = Role, foreign)]
struct Machine {
    #[principal(id)]
    name: &'static str,
    #[principal(roles)]
    roles: Roles<Role>,
}

fn machine(name: &'static str, roles: &[Role]) -> Machine {
    Machine { name, roles: roles.iter().copied().collect() }
}

async fn me(machine: Authenticated<Machine>) -> String {
    let context = machine.context();
    let end = context.expires_at().map_or("no end", |_| "an end");
    format!("{} {} {:?} {end}", machine.name, context.scheme(), context.token_id())
}

async fn purge(_: Authorized<role::Admin, Machine>) {}

fn app(scheme: impl Scheme<Machine>) -> axum::Router {
    let gate = Gate::<Machine>::builder().scheme(scheme).build().unwrap();
    Router::new().route("/me", get(me)).route("/purge", get(purge)).with_state(gate)
}

fn new_key(keys: &InMemoryApiKeys<Machine>, record: KeyRecord<Machine>) -> NewKey {
    let key = NewKey::generate("acme").unwrap();
    keys.insert(key.digest(), record).unwrap();
    key
}

const CHALLENGE: &[&str] = &[r#"ApiKey realm="api""#];

#[tokio::test]
async fn reads_key_from_both_fields_unless_header_only() {
    let keys = InMemoryApiKeys::new();
    let key = new_key(&keys, KeyRecord::new(machine("ci", &[])).with_id("ci-2026"));
    let (header, authorization) = (("x-api-key", key.text()), format!("apikey {}", key.text()));
    let authorization = ("authorization", authorization.as_str());
    let both = app(ApiKey::header("X-API-Key", keys.clone()).realm("api"));
    for field in [header, authorization] {
        ask(&both, "GET /me", &[field]).await.assert_is(200, r#"ci ApiKey Some("ci-2026") no end"#);
        ask(&both, "GET /purge", &[field]).await.assert_denied(403, "role_missing", &[]);
    }
    ask(&both, "GET /me", &[header, authorization]).await.assert_denied(
        400,
        "credentials_ambiguous",
        CHALLENGE,
    );

    for malformed in ["=", "/", "Basic\tx"] {
        let answer = ask(&both, "GET /me", &[header, ("authorization", malformed)]).await;
        answer.assert_denied(401, "credentials_malformed", CHALLENGE);
    }

    let one = app(ApiKey::header("x-api-key", keys).header_only().realm("api"));
    ask(&one, "GET /me", &[header]).await.assert_is(200, r#"ci ApiKey Some("ci-2026") no end"#);
    ask(&one, "GET /me", &[authorization]).await.assert_denied(401, "credentials_missing", CHALLENGE);
    ask(&one, "GET /me", &[header, authorization])
        .await
        .assert_is(200, r#"ci ApiKey Some("ci-2026") no end"#);
}

/// RFC 9110 section 12.5.5.
#[tokio::test]
async fn denial_varies_by_each_key_field() {
    let keys = || InMemoryApiKeys::<Machine>::new();
    for (scheme, vary) in [
        (ApiKey::header("x-api-key", keys()), "accept, x-api-key, authorization"),
        (ApiKey::header("x-api-key", keys()).header_only(), "accept, x-api-key"),
    ] {
        let denied = ask(&app(scheme.realm("api")), "GET /me", &[]).await;
        denied.assert_denied(401, "credentials_missing", CHALLENGE);
        assert_eq!(denied.header("vary"), Some(vary));
    }
}

#[tokio::test]
async fn key_rotation_accepts_both_keys_until_the_old_one_expires() {
    let keys = InMemoryApiKeys::new();
    let ci = || KeyRecord::new(machine("ci", &[]));
    let old = new_key(&keys, ci().with_id("old"));
    let app = app(ApiKey::header("x-api-key", keys.clone()).realm("api"));
    let asked = async |key: &NewKey| ask(&app, "GET /me", &[("x-api-key", key.text())]).await;
    asked(&old).await.assert_is(200, r#"ci ApiKey Some("old") no end"#);

    let new = new_key(&keys, ci().with_id("new"));
    assert!(keys.expire_at(old.digest(), SystemTime::now() + Duration::from_secs(60)));
    asked(&old).await.assert_is(200, r#"ci ApiKey Some("old") an end"#);
    asked(&new).await.assert_is(200, r#"ci ApiKey Some("new") no end"#);

    assert!(keys.expire_at(old.digest(), SystemTime::now()));
    asked(&old).await.assert_denied(401, "credentials_expired", CHALLENGE);
    asked(&new).await.assert_is(200, r#"ci ApiKey Some("new") no end"#);
}

#[tokio::test]
async fn key_table_change_applies_to_the_next_request() {
    let keys = InMemoryApiKeys::new();
    let app = app(ApiKey::header("x-api-key", keys.clone()).realm("api"));
    let key = NewKey::generate("acme").unwrap();
    let asked = async |line: &str| ask(&app, line, &[("x-api-key", key.text())]).await;
    asked("GET /me").await.assert_denied(401, "credentials_rejected", CHALLENGE);

    keys.insert(key.digest(), KeyRecord::new(machine("ci", &[Role::Admin]))).unwrap();
    asked("GET /me").await.assert_is(200, "ci ApiKey None no end");
    asked("GET /purge").await.assert_is(200, "");

    assert_eq!(keys.revoke_where(|record| record.principal().name == "ci"), 1);
    asked("GET /me").await.assert_denied(401, "credentials_revoked", CHALLENGE);

    assert!(keys.remove(key.digest()));
    asked("GET /me").await.assert_denied(401, "credentials_rejected", CHALLENGE);

    let fresh = InMemoryApiKeys::new();
    fresh.insert_text(key.text(), KeyRecord::new(machine("ci", &[]))).unwrap();
    keys.replace(&fresh);
    asked("GET /purge").await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn accepts_custom_key_text_and_rejects_its_digest() {
    let keys = InMemoryApiKeys::new();
    let text = "Zq8/r+1mVd0=tKx5W~p7";
    keys.insert_text(text, KeyRecord::new(machine("legacy", &[]))).unwrap();
    assert!(keys.insert_text("password", KeyRecord::new(machine("eve", &[]))).is_err());
    let app = app(ApiKey::header("x-api-key", keys).realm("api"));
    ask(&app, "GET /me", &[("x-api-key", text)]).await.assert_is(200, "legacy ApiKey None no end");
    ask(&app, "GET /me", &[("x-api-key", "password")]).await.assert_denied(
        401,
        "credentials_rejected",
        CHALLENGE,
    );
    let digest = KeyDigest::of_text(text).unwrap().to_string();
    ask(&app, "GET /me", &[("x-api-key", &digest)]).await.assert_denied(
        401,
        "credentials_rejected",
        CHALLENGE,
    );
}

/// An asynchronous database. The name of a key determines the result of the lookup.
struct Database(Vec<(KeyDigest, &'static str)>);

impl ApiKeys<Machine> for Database {
    async fn find(&self, digest: &KeyDigest) -> KeyLookup<Machine> {
        tokio::task::yield_now().await;
        let known = KeyRecord::new(machine("ci", &[]));
        match self.0.iter().find(|(known, _)| known == digest).map(|(_, name)| *name) {
            Some("good") => KeyLookup::Known(known),
            Some("past") => KeyLookup::Known(known.with_expires_at(SystemTime::now())),
            Some("expired") => KeyLookup::Expired,
            Some("revoked") => KeyLookup::Revoked,
            Some("down") => KeyLookup::Unavailable,
            _ => KeyLookup::Unknown,
        }
    }
}

#[tokio::test]
async fn async_lookup_result_determines_the_response() {
    let names = ["good", "past", "expired", "revoked", "down", "unknown"];
    let keys: Vec<_> = names.iter().map(|name| (NewKey::generate("acme").unwrap(), *name)).collect();
    let database = Database(keys.iter().map(|(key, name)| (key.digest(), *name)).collect());
    let app = app(ApiKey::header("x-api-key", Arc::new(database)).realm("api"));
    for (key, name) in &keys {
        let answer = ask(&app, "GET /me", &[("x-api-key", key.text())]).await;
        match *name {
            "good" => answer.assert_is(200, "ci ApiKey None no end"),
            "past" | "expired" => answer.assert_denied(401, "credentials_expired", CHALLENGE),
            "revoked" => answer.assert_denied(401, "credentials_revoked", CHALLENGE),
            "down" => {
                answer.assert_denied(503, "undecided", &[]);
                assert_eq!(answer.header("retry-after"), Some("5"));
            }
            _ => answer.assert_denied(401, "credentials_rejected", CHALLENGE),
        }
    }
}

#[test]
fn invalid_field_or_realm_is_a_config_error() {
    let build = |field: &str, realm: &str| {
        let scheme = ApiKey::header(field, InMemoryApiKeys::<Machine>::new()).realm(realm);
        Gate::<Machine>::builder().scheme(scheme).build().map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(build("x-api-key", "api"), Ok(()));
    for (field, realm, expected) in [
        (
            "authorization",
            "api",
            "the ApiKey scheme cannot read the header field \"authorization\": the first word in `Authorization` names the scheme that owns the field; use another field, such as \"x-api-key\" or \"x-forwarded-user\"",
        ),
        (
            "Cookie",
            "api",
            "the ApiKey scheme cannot read the header field \"Cookie\": the field has another meaning; use another field, such as \"x-api-key\" or \"x-forwarded-user\"",
        ),
        (
            "x api key",
            "api",
            "the ApiKey scheme cannot read the header field \"x api key\": it is not a valid field name; use another field, such as \"x-api-key\" or \"x-forwarded-user\"",
        ),
        (
            "x-api-key",
            "",
            "the challenge of `ApiKey` has no realm: set one that people can read, such as `.realm(\"api\")`",
        ),
    ] {
        assert_eq!(build(field, realm), Err(expected.to_owned()));
    }
}

/// With a registered scheme, a 401 contains only that scheme's challenge (RFC 9110 section 11.3).
#[tokio::test]
async fn api_key_challenge_is_omitted_beside_bearer() {
    let keys = InMemoryApiKeys::new();
    let key = NewKey::generate("acme").unwrap();
    keys.insert(key.digest(), KeyRecord::new(Arc::new(User::new("vera", &[], &[])))).unwrap();
    let scheme = ApiKey::header("x-api-key", Shared(keys)).realm("keys");
    let gate = Gate::<User>::builder().scheme(scheme).scheme(bearer()).build().unwrap();
    let app = Router::new().route("/user", get(user)).with_state(gate);
    ask(&app, "GET /user", &[("x-api-key", key.text())]).await.assert_is(200, "vera");
    let bearer = [r#"Bearer realm="api""#];
    ask(&app, "GET /user", &[]).await.assert_denied(401, "credentials_missing", &bearer);
    let denied = ask(&app, "GET /user", &[("x-api-key", "unknown")]).await;
    denied.assert_denied(401, "credentials_rejected", &bearer);
    let both = [("x-api-key", key.text()), ("authorization", "Bearer abc")];
    let invalid = [r#"Bearer realm="api", error="invalid_request""#];
    ask(&app, "GET /user", &both).await.assert_denied(400, "credentials_ambiguous", &invalid);
}

async fn user(user: Authenticated<User>) -> String {
    user.sub.clone()
}

/// Principals that are not `Clone`, from a table that shares them.
struct Shared(InMemoryApiKeys<Arc<User>>);

impl ApiKeys<User> for Shared {
    async fn find(&self, digest: &KeyDigest) -> KeyLookup<User> {
        match self.0.find(digest).await {
            KeyLookup::Known(record) => {
                KeyLookup::Known(KeyRecord::new(User::new(&record.principal().sub, &[], &[])))
            }
            _ => KeyLookup::Unknown,
        }
    }
}

#[test]
fn debug_output_contains_no_key() {
    let keys = InMemoryApiKeys::new();
    let key = new_key(&keys, KeyRecord::new(machine("vera", &[])).with_id("ci"));
    let record = KeyRecord::new(machine("vera", &[])).with_id("ci");
    let scheme = ApiKey::header("x-api-key", keys.clone());
    let all =
        format!("{key:?} {keys:?} {record:?} {scheme:?} {:?}", keys.insert_text("tooshort", record.clone()));
    for secret in [&key.text()[5..], "vera", "tooshort"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}
