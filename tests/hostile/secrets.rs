//! Log events, responses and `Debug` output never contain a credential, a password or a key, in any
//! encoding.

mod forms;
mod log;
mod requests;
mod values;

use authgate_tests::app::app;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::SECRET;

use crate::raw::{Claims, HEADER, good, signed_by, token};
use authgate::scheme::Keys;
use forms::{Secret, assert_no_secret};

/// All events down to `TRACE`, for valid and invalid credentials (RFC 7616 section 3.4). Queries
/// are not logged either, because some clients put tokens there (OAuth 2.1 section 5.1).
#[tokio::test]
async fn no_token_is_logged_or_echoed() {
    let (app, _) = app();
    let tokens = [
        good(),
        token(HEADER, Claims::good().with("exp", "1").json()),
        token(HEADER, Claims::good().with("aud", "\"secretaudience\"").json()),
        token(r#"{"alg":"HS256","kid":"secretkeyid"}"#, Claims::good().json()),
        signed_by(HEADER, Claims::good().json(), |_| vec![1; 32]),
        "secret.password.sequence".to_owned(),
    ];
    log::keep();
    let mut answers = String::new();
    for token in &tokens {
        for line in ["GET /me", "DELETE /reports/1", "PUT /reports/1"] {
            let answer = ask_with(&app, line, token).await;
            answers += &format!("{:?} {}", answer.headers, answer.body);
        }
        drop(ask(&app, &format!("GET /me?access_token={token}"), &[]).await);
        for scheme in ["Basic", "DPoP", "Bearer x"] {
            let answer = ask(&app, "GET /me", &[("authorization", &format!("{scheme} {token}"))]).await;
            answers += &format!("{:?} {}", answer.headers, answer.body);
        }
    }
    let log = log::kept();
    assert!(log.contains("credentials_expired") && log.contains("role_missing"), "{log}");
    let mut secrets = vec![Secret::new("the key", SECRET)];
    secrets.extend(tokens.iter().flat_map(|token| Secret::of_token("a token", token)));
    assert_no_secret("the log", &log, &secrets);
    assert_no_secret("an answer", &answers, &secrets);
}

/// A public key must not be accepted as a secret, whatever precedes it in the file. Anyone could
/// sign with it.
#[test]
fn public_key_with_a_comment_is_rejected_as_an_hmac_secret() {
    let pem = crate::signer::Signer::new().pem(authgate::scheme::Algorithm::ES256);
    for before in ["", "\n", "# the key of the issuer\n", "\u{feff}", "Bag Attributes\n    localKeyID: 01\n"]
    {
        let text = format!("{before}{pem}");
        for keys in [Keys::hs256(&text), Keys::hs384(&text), Keys::hs512(&text)] {
            assert!(keys.is_err(), "RFC 8725 sections 2.1 and 3.1: {before:?}");
        }
    }
}
