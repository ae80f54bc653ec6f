//! Basic (RFC 7617) through the real router.

use authgate::scheme::{Basic, Login, Users};
use authgate::{ConfigError, Gate};
use authgate_tests::app::{App, Ran, Role, User, routes};
use authgate_tests::ask::ask;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

const EXAMPLES: &str = include_str!("../vectors/rfc-examples/digest-basic-rfc-examples.json");
const CHALLENGE: &str = r#"Basic realm="api", charset="UTF-8""#;

/// The users of the RFC's examples, and a user whose database is unavailable.
struct Known;

impl Users<User> for Known {
    async fn login(&self, name: &str, password: &str) -> Login<User> {
        tokio::task::yield_now().await;
        match (name, password) {
            ("Aladdin", "open sesame") | ("test", "123\u{a3}") | ("chief", "пароль:42") => {
                Login::Verified(User::new(name, &[Role::Viewer], &[]))
            }
            ("Aladdin" | "test" | "chief", _) => Login::Wrong,
            ("down", _) => Login::Unavailable,
            _ => Login::Unknown,
        }
    }
}

fn build(realm: &str) -> Result<axum::Router, ConfigError> {
    let gate = Gate::builder().scheme(Basic::new(Known).realm(realm)).build()?;
    Ok(routes().with_state(App { gate, ran: Ran::default() }))
}

fn basic(credential: &str) -> String {
    format!("Basic {}", STANDARD.encode(credential))
}

#[tokio::test]
async fn rfc_examples_are_authenticated() {
    let app = build("api").unwrap();
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap();
    for example in examples["basic"].as_array().unwrap() {
        let (user, password) = (example["user"].as_str().unwrap(), example["password"].as_str().unwrap());
        let sent = format!("Basic {}", example["credentials"].as_str().unwrap());
        assert_eq!(sent, basic(&format!("{user}:{password}")));
        for sent in [sent.clone(), sent.replace("Basic ", "bAsIc  ")] {
            ask(&app, "GET /me", &[("authorization", &sent)]).await.assert_is(200, user);
        }
    }
}

/// RFC 7617 sections 2 and 2.1.
#[tokio::test]
async fn password_may_contain_colons_and_non_ascii_characters() {
    let app = build("api").unwrap();
    ask(&app, "GET /me", &[("authorization", &basic("chief:пароль:42"))]).await.assert_is(200, "chief");
    for wrong in ["chief:пароль", "chief:пароль:", "chief:пароль:42 ", "chief:", "chief:42"]
    {
        let answer = ask(&app, "GET /me", &[("authorization", &basic(wrong))]).await;
        answer.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    }
}

/// RFC 9110 section 11.4. The response is the same for an unknown user and for a wrong password.
#[tokio::test]
async fn unknown_user_and_wrong_password_get_the_same_response() {
    let app = build("api").unwrap();
    let wrong = ask(&app, "GET /me", &[("authorization", &basic("Aladdin:open"))]).await;
    let unknown = ask(&app, "GET /me", &[("authorization", &basic("Nobody:open"))]).await;
    wrong.assert_denied(401, "credentials_rejected", &[CHALLENGE]);
    assert_eq!(format!("{wrong:?}"), format!("{unknown:?}"));
}

#[tokio::test]
async fn unavailable_user_store_is_503_and_missing_role_is_403() {
    let app = build("api").unwrap();
    let down = ask(&app, "GET /me", &[("authorization", &basic("down:x"))]).await;
    down.assert_denied(503, "undecided", &[]);
    assert!(down.header("retry-after").is_some());
    let viewer = basic("Aladdin:open sesame");
    ask(&app, "GET /reports/1", &[("authorization", &viewer)])
        .await
        .assert_is(200, r#"{"title":"report 1"}"#);
    let answer = ask(&app, "DELETE /reports/1", &[("authorization", &viewer)]).await;
    answer.assert_denied(403, "role_missing", &[]);
}

/// A cross-site page must not make a browser use the password that it remembers.
#[tokio::test]
async fn cross_site_put_is_403_and_get_is_allowed() {
    let app = build("api").unwrap();
    let viewer = basic("test:123\u{a3}");
    for (line, origin, status) in [
        ("PUT /reports/1", ("sec-fetch-site", "cross-site"), 403),
        ("PUT /reports/1", ("sec-fetch-site", "same-site"), 403),
        ("PUT /reports/1", ("origin", "null"), 403),
        ("GET /reports/1", ("sec-fetch-site", "cross-site"), 200),
    ] {
        let answer = ask(&app, line, &[("authorization", &viewer), ("host", "api.example"), origin]).await;
        assert_eq!(answer.status, status, "{line}, {origin:?}");
        if status == 403 {
            answer.assert_denied(403, "cross_site", &[]);
        }
    }
}

#[test]
fn invalid_realm_is_a_config_error() {
    for (realm, said) in [
        ("", "Basic::new(users).realm(\"api\")"),
        ("a\"b", "cannot send the realm"),
        ("кухня", "printable ASCII"),
    ] {
        let error = build(realm).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn debug_output_contains_no_user() {
    assert_eq!(format!("{:?}", Basic::new(Known).realm("api")), r#"Basic { realm: "api", .. }"#);
    assert_eq!(format!("{:?}", Login::Verified(User::new("vera", &[], &[]))), "Verified(..)");
}
