//! What is written down of a request: never its credential, and never the key.

use std::cell::RefCell;
use std::io;

use authgate::Credentials;
use authgate::scheme::{Bearer, Keys};
use authgate_tests::app::{app, gate};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};

use crate::raw::{Claims, HEADER, good, signed_by, token};

thread_local! {
    /// What this thread logs, where it is kept.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.iter_mut().for_each(|log| log.extend(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what this thread logs from now on. For all threads there is one subscriber, since tracing asks a thread that has
/// none of its own whether an event is of interest to anybody, and remembers the answer.
fn keep_log() {
    let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    all.with_writer(|| Log).init();
    LOG.set(Some(Vec::new()));
}

fn assert_silent(text: &str, tokens: &[String]) {
    assert!(!text.contains(std::str::from_utf8(SECRET).expect("text")), "the key: {text}");
    for token in tokens {
        for part in token.split('.').filter(|part| part.len() > 8) {
            assert!(!text.contains(part), "{part} of a credential: {text}");
        }
    }
}

/// Everything that is logged, down to `TRACE`, of credentials good and bad. Row 58; a query is not logged either, since
/// clients put tokens there (row 33).
#[tokio::test]
async fn no_event_has_a_credential() {
    let (app, _) = app();
    let tokens = [
        good(),
        token(HEADER, Claims::good().with("exp", "1").json()),
        token(HEADER, Claims::good().with("aud", "\"secretaudience\"").json()),
        token(r#"{"alg":"HS256","kid":"secretkeyid"}"#, Claims::good().json()),
        signed_by(HEADER, Claims::good().json(), |_| vec![1; 32]),
        "secret.password.sequence".to_owned(),
    ];
    keep_log();
    for round in 0..2 {
        for token in &tokens {
            for line in ["GET /me", "DELETE /reports/1", "PUT /reports/1"] {
                drop(ask_with(&app, line, token).await);
            }
            drop(ask(&app, &format!("GET /me?access_token={token}"), &[]).await);
            for scheme in ["Basic", "DPoP", "Bearer x"] {
                drop(ask(&app, "GET /me", &[("authorization", &format!("{scheme} {token}"))]).await);
            }
        }
        // An event that another thread met for the first time while the subscriber was set may count as unwanted.
        if round == 0 {
            tracing::callsite::rebuild_interest_cache();
        }
    }
    let log = String::from_utf8(LOG.take().expect("kept")).expect("text");
    assert!(log.contains("credentials_expired") && log.contains("role_missing"), "{log}");
    assert_silent(&log, &tokens);
}

/// `Debug` and `Display` of whatever holds a key or a credential.
#[tokio::test]
async fn nothing_prints_a_secret() {
    let token = token(r#"{"alg":"HS256","kid":"x"}"#, Claims::good().json());
    let keys = Keys::hs256(SECRET).expect("long enough").with_id("k");
    let bearer = Bearer::jwt(keys.clone()).issuer(ISSUER).audience(AUDIENCE);
    let credentials = Credentials::bearer(&token).expect("ASCII");
    let mut all = format!("{keys:?} {bearer:?} {:?} {credentials:?}", gate());
    let unauthenticated = gate().unauthenticated(credentials);
    all += &format!("{unauthenticated:?}");
    let denial = unauthenticated.authenticate().await.expect_err("an unknown key");
    all += &format!("{denial} {denial:?} {denial:#?}");
    let good = good();
    let caller = gate().unauthenticated(Credentials::bearer(&good).expect("ASCII")).authenticate().await;
    let caller = caller.expect("a good token");
    all += &format!("{caller:?} {:?}", caller.context());
    assert!(!all.contains("vera"), "nor who it is: {all}");
    assert_silent(&all, &[token, good]);
    for error in [Keys::hs256("tooshortsecret"), Keys::jwks("tooshortsecret"), Keys::pem("tooshortsecret")] {
        let error = error.expect_err("no key");
        assert!(!format!("{error} {error:?}").contains("tooshortsecret"), "{error:?}");
    }
}

/// A public key is none, whatever stands before it in its file: anybody could sign.
#[test]
fn a_public_key_with_a_comment_is_no_secret() {
    let pem = crate::signer::Signer::new().pem(authgate::scheme::Algorithm::ES256);
    for before in ["", "\n", "# the key of the issuer\n", "\u{feff}", "Bag Attributes\n    localKeyID: 01\n"]
    {
        let text = format!("{before}{pem}");
        for keys in [Keys::hs256(&text), Keys::hs384(&text), Keys::hs512(&text)] {
            assert!(keys.is_err(), "RFC 8725 section 2.1, row 87: {before:?}");
        }
    }
}
