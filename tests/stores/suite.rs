//! The meaning of each operation, which does not depend on the store.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::scheme::Once as _;
use authgate::scheme::api_key::{KeyRecord, NewKey};
use authgate::scheme::bearer::{Revocation, RevocationStore as _};
use authgate_tests::digest::Sent;
use authgate_tests::token::{ISSUER, now, token};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tower_sessions_core::SessionStore as _;
use tower_sessions_core::session::{Id, Record};

use crate::site::{Clients, PASSWORD, Site, in_an_hour};
use crate::state::{Change, Machine, State};

/// Runs all checks. `one` and `other` are two processes with the same state.
pub(crate) async fn run<S: State>(one: S, other: S) {
    used_value_counts_once(&one, &other).await;
    one_of_sixteen_is_first(&one, &other).await;
    revocations_apply_to_what_they_name(&one, &other).await;
    later_end_of_a_revocation_counts(&one).await;
    sessions_are_kept_until_they_end(&one, &other).await;
    api_keys_change_at_once(&one, &other).await;
    let (one, other) = (Site::new(one), Site::new(other));
    attempts_are_limited_in_all_processes(&one, &other).await;
    parallel_attempts_do_not_exceed_the_limit(&one, &other).await;
    known_client_is_not_locked_out(&one, &other).await;
    digest_counts_are_used_once(&one, &other).await;
    let mut clients = Clients::of(&one).await;
    clients.assert_intact(&other).await;
    clients.assert_intact(&one).await;
}

fn key(text: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key[..text.len()].copy_from_slice(text.as_bytes());
    key
}

async fn used_value_counts_once(one: &impl State, other: &impl State) {
    for (name, process_is_first) in [("a", true), ("b", false)] {
        let first = one.replay().first(&key(name), in_an_hour()).await.unwrap();
        assert!(first);
        let again = if process_is_first {
            one.replay().first(&key(name), in_an_hour()).await
        } else {
            other.replay().first(&key(name), in_an_hour()).await
        };
        assert!(!again.unwrap());
    }
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    assert!(!one.replay().first(&key("late"), long_ago).await.unwrap(), "its time has passed");
    assert!(!one.replay().first(&key("1970"), UNIX_EPOCH).await.unwrap());
    let far = SystemTime::now() + Duration::from_secs(100_000 * 365 * 24 * 3600);
    assert!(one.replay().first(&key("far"), far).await.unwrap());
    assert!(!other.replay().first(&key("far"), far).await.unwrap());
}

async fn one_of_sixteen_is_first<S: State>(one: &S, other: &S) {
    for round in 0..20 {
        let key = key(&format!("round {round}"));
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let replay = if number % 2 == 0 { one.replay() } else { other.replay() };
                tokio::spawn(async move { replay.first(&key, in_an_hour()).await.unwrap() })
            })
            .collect();
        let mut firsts = 0;
        for task in tasks {
            firsts += usize::from(task.await.unwrap());
        }
        assert_eq!(firsts, 1);
    }
}

async fn revocations_apply_to_what_they_name<S: State>(one: &S, other: &S) {
    let site = Site::new(other.clone());
    let revoked = one.revocations();
    revoked.revoke(Revocation::Subject { issuer: ISSUER, subject: "grace" }, in_an_hour()).await.unwrap();
    revoked.revoke(Revocation::Session { issuer: ISSUER, session: "s-1" }, in_an_hour()).await.unwrap();
    revoked.revoke(Revocation::Token { issuer: ISSUER, id: "t-1" }, in_an_hour()).await.unwrap();
    revoked
        .revoke(Revocation::Token { issuer: "https://other.example", id: "t-2" }, in_an_hour())
        .await
        .unwrap();
    let (before, later) = (now() - 5, now() + 20);
    for (claims, expected) in [
        (json!({ "jti": "1", "sub": "grace", "iat": before }), 401),
        (json!({ "jti": "1", "sub": "grace", "iat": null }), 401),
        (json!({ "jti": "1", "sub": "grace", "iat": later }), 200),
        (json!({ "jti": "1", "sub": "s-1" }), 200),
        (json!({ "jti": "1", "sid": "s-1", "iat": later }), 401),
        (json!({ "jti": "1", "sid": "grace" }), 200),
        (json!({ "jti": "t-1" }), 401),
        (json!({ "jti": "t-2" }), 200),
        (json!({ "jti": "grace" }), 200),
    ] {
        assert_eq!(site.ask_with_token(&token(&claims)).await.status, expected, "{claims}");
    }
    let without_id = site.ask_with_token(&token(&json!({}))).await;
    assert_eq!((without_id.status.as_u16(), without_id.reason().as_str()), (401, "credentials_malformed"));
}

async fn later_end_of_a_revocation_counts<S: State>(state: &S) {
    let site = Site::new(state.clone());
    let past = SystemTime::now() - Duration::from_secs(3600);
    for (id, ends) in [("e-1", [in_an_hour(), past]), ("e-2", [past, in_an_hour()])] {
        for end in ends {
            state.revocations().revoke(Revocation::Token { issuer: ISSUER, id }, end).await.unwrap();
        }
        assert_eq!(site.ask_with_token(&token(&json!({ "jti": id }))).await.status, 401, "{id}");
    }
    // A token without an expiry, and one that a verifier still accepts within its leeway.
    let far = SystemTime::now() + Duration::from_secs(100_000 * 365 * 24 * 3600);
    let just = SystemTime::now() - Duration::from_secs(200);
    for (id, end) in [("e-3", far), ("e-4", just)] {
        state.revocations().revoke(Revocation::Token { issuer: ISSUER, id }, end).await.unwrap();
        assert_eq!(site.ask_with_token(&token(&json!({ "jti": id }))).await.status, 401, "{id}");
    }
}

fn record(seconds: i64) -> Record {
    let now = OffsetDateTime::now_utc().replace_nanosecond(5_000_000).unwrap();
    let data = [("cart".to_owned(), json!({ "book": 1.5, "\u{1f4d6}": ["\0", Value::Null] }))];
    Record { id: Id::default(), data: data.into(), expiry_date: now + time::Duration::seconds(seconds) }
}

async fn sessions_are_kept_until_they_end<S: State>(one: &S, other: &S) {
    let (one, other) = (one.session_store(), other.session_store());
    let mut session = record(3600);
    one.create(&mut session).await.unwrap();
    assert_eq!(other.load(&session.id).await.unwrap(), Some(session.clone()));
    session.data.insert("more".to_owned(), json!("data"));
    session.expiry_date += time::Duration::seconds(60);
    other.save(&session).await.unwrap();
    assert_eq!(one.load(&session.id).await.unwrap(), Some(session.clone()));
    // An id that exists is replaced by another.
    let mut same = Record { id: session.id, ..record(3600) };
    one.create(&mut same).await.unwrap();
    assert_ne!(same.id, session.id);
    assert_eq!(one.load(&session.id).await.unwrap(), Some(session.clone()));
    one.delete(&session.id).await.unwrap();
    one.delete(&session.id).await.unwrap();
    assert_eq!(other.load(&session.id).await.unwrap(), None);
    assert!(other.load(&same.id).await.unwrap().is_some());
    let mut far =
        Record { expiry_date: OffsetDateTime::from_unix_timestamp(253_402_300_799).unwrap(), ..record(1) };
    one.create(&mut far).await.unwrap();
    assert!(other.load(&far.id).await.unwrap().is_some());
}

async fn api_keys_change_at_once<S: State>(one: &S, other: &S) {
    let site = Site::new(other.clone());
    let key = NewKey::generate("acme").unwrap();
    let digest = key.digest();
    let reason = async || {
        let answer = site.ask_with_key(key.text()).await;
        if answer.status == 200 { answer.body } else { answer.reason() }
    };
    assert_eq!(reason().await, "credentials_rejected");
    for change in [Change::Revoke, Change::Remove, Change::ExpireAt(in_an_hour())] {
        assert!(!one.change_key(digest, change).await.unwrap());
    }
    let record = || KeyRecord::new(Machine::new("ci")).with_id("ci-\u{e9}");
    one.insert_key(digest, record()).await.unwrap();
    assert_eq!(reason().await, "ci");
    let duplicate = one.insert_key(digest, record()).await.unwrap_err();
    assert!(duplicate.contains("one key per holder"), "{duplicate}");
    assert!(one.change_key(digest, Change::ExpireAt(in_an_hour())).await.unwrap());
    assert_eq!(reason().await, "ci");
    let past = SystemTime::now() - Duration::from_secs(1);
    assert!(one.change_key(digest, Change::ExpireAt(past)).await.unwrap());
    assert_eq!(reason().await, "credentials_expired");
    assert!(one.change_key(digest, Change::Revoke).await.unwrap());
    assert_eq!(reason().await, "credentials_revoked");
    assert!(one.change_key(digest, Change::ExpireAt(in_an_hour())).await.unwrap());
    assert_eq!(reason().await, "credentials_revoked", "a new end does not bring it back");
    assert!(one.insert_key(digest, record()).await.is_err());
    assert!(one.change_key(digest, Change::Remove).await.unwrap());
    assert_eq!(reason().await, "credentials_rejected");
}

/// The limit is three wrong passwords in a minute.
async fn attempts_are_limited_in_all_processes<S: State>(one: &Site<S>, other: &Site<S>) {
    for (number, site) in [one, other, one].into_iter().enumerate() {
        let answer = site.log_in("tom", &format!("guess {number}"), "198.51.100.1").await;
        assert_eq!(answer.status, 401);
    }
    for site in [one, other] {
        let answer = site.log_in("tom", "guess 4", "198.51.100.1").await;
        assert_eq!(answer.status, 429);
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(site.log_in("tom", PASSWORD, "198.51.100.1").await.status, 429);
        assert_eq!(site.log_in("tim", PASSWORD, "198.51.100.1").await.status, 200);
    }
}

async fn parallel_attempts_do_not_exceed_the_limit<S: State>(one: &Site<S>, other: &Site<S>) {
    for round in 0..10 {
        let name = format!("user {round}");
        let attempts = (0..16).map(async |number| {
            let site = if number % 2 == 0 { one } else { other };
            site.log_in(&name, &format!("guess {number}"), &format!("198.51.100.{round}")).await.status
        });
        let statuses = futures_util::future::join_all(attempts).await;
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 3, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 13, "{statuses:?}");
    }
}

/// A repeated password counts once, a correct one does not count, and a client that was correct is
/// known at each process.
async fn known_client_is_not_locked_out<S: State>(one: &Site<S>, other: &Site<S>) {
    for _ in 0..5 {
        assert_eq!(one.log_in("lea", "old password", "203.0.113.1").await.status, 401);
        assert_eq!(other.log_in("lea", PASSWORD, "203.0.113.1").await.status, 200);
    }
    let mut statuses = BTreeSet::new();
    for network in 0..60 {
        for guess in 0..2 {
            let address = format!("203.0.113.{}", 100 + network);
            let answer = one.log_in("lea", &format!("guess {network} {guess}"), &address).await;
            statuses.insert(answer.status.as_u16());
        }
    }
    assert_eq!(statuses, [401, 429].into(), "the limit of the account is reached");
    assert_eq!(other.log_in("lea", PASSWORD, "203.0.113.99").await.status, 429);
    assert_eq!(other.log_in("lea", PASSWORD, "203.0.113.1").await.status, 200);
}

async fn digest_counts_are_used_once<S: State>(one: &Site<S>, other: &Site<S>) {
    let nonce = Sent::by_alice(&one.digest_challenge().await, "GET /me");
    for (site, count, expected) in
        [(one, 3, 200), (other, 3, 401), (other, 1, 200), (one, 1, 401), (one, 900, 200), (other, 2, 200)]
    {
        let answer = site.ask_with_digest(&nonce.clone().nth(count)).await;
        assert_eq!(answer.status, expected, "{count}");
    }
}
