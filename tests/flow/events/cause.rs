//! The event at debug level that tells the operator which check rejected a credential.

use authgate::routing::get;
use authgate::scheme::api_key::InMemoryApiKeys;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{ApiKey, Basic, Bearer, Digest, Issuer, Keys, Login, Scheme, Users};
use authgate::{Authenticated, Gate, Principal, Roles, Router};
use authgate_tests::app::{Role, User, bearer};
use authgate_tests::ask::{Answer, ask};
use authgate_tests::digest::{self, REALM, Sent, users};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now, token, token_with};
use axum::extract::FromRef;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use tracing::Level;

use super::capture::{Event, capture_with_causes};

/// A principal whose claims can have a wrong type.
#[derive(Clone, Principal, serde::Deserialize)]
#[principal(role = Role, foreign)]
struct Member {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[serde(default)]
    #[expect(dead_code, reason = "it is only deserialized")]
    address: Option<Address>,
}

#[derive(Clone, serde::Deserialize)]
struct Address {
    #[expect(dead_code, reason = "it is only deserialized")]
    lines: Vec<String>,
}

fn app<P: Principal>(scheme: impl Scheme<P>) -> axum::Router
where
    Gate<P>: FromRef<Gate<P>>,
{
    async fn me<P: Principal>(_: Authenticated<P>) {}
    Router::<Gate<P>>::new()
        .route("/me", get(me::<P>))
        .with_state(Gate::builder().scheme(scheme).build().unwrap())
}

/// Returns the answer and the event of the cause, which precedes the event of the denial.
async fn cause_of(app: &axum::Router, fields: &[(&str, &str)]) -> (Answer, Event) {
    let (answer, mut events) = capture_with_causes(ask(app, "GET /me", fields)).await;
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(events[1].field("reason"), Some(&*answer.reason()));
    assert_eq!((events[0].target, events[0].level), ("authgate::authentication", Level::DEBUG));
    (answer, events.remove(0))
}

/// Returns the fields of the cause of a rejected token, without those that are always the same.
async fn cause_of_token(app: &axum::Router, token: &str) -> Vec<(String, String)> {
    let (answer, mut event) = cause_of(app, &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(event.take("message").as_deref(), Some("a credential was rejected"));
    assert_eq!(event.take("scheme").as_deref(), Some("Bearer"));
    assert_eq!(event.take("reason").as_deref(), Some(&*answer.reason()));
    for (name, value) in event.fields() {
        assert!(value.len() < 300, "{name}: {value}");
        assert!(!value.contains(token) && !value.contains("at least 32 bytes"), "{name}: {value}");
    }
    event.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Fields of an event, with their values.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[track_caller]
fn assert_cause(found: &[(String, String)], expected: &[(&str, &str)], about: &str) {
    let mut found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{about}");
}

#[tokio::test]
async fn rejected_token_tells_the_check_the_claim_and_the_values() {
    let by_id = Keys::hs256(SECRET).unwrap().with_id("2026");
    let other = Keys::hs256("another secret of at least 32 bytes").unwrap().with_id("2027");
    let bearer = || Bearer::jwt(by_id.clone().and(other.clone())).issuer(ISSUER).audience(AUDIENCE);
    let signed = |kid: Option<&str>, typ: &str, over: Value| {
        let header =
            Header { typ: Some(typ.into()), kid: kid.map(Into::into), ..Header::new(Algorithm::HS256) };
        token_with(&header, SECRET, &over)
    };
    let of = |over| signed(Some("2026"), "JWT", over);
    let (late, early) = ((now() - 100).to_string(), (now() + 100).to_string());
    let forged = of(json!({}));
    let forged = format!("{}AAAA", &forged[..forged.len() - 4]);
    let cases: [(&str, String, Fields<'_>); 17] = [
        (
            "no token",
            "abc".into(),
            &[("check", "form"), ("error", "not three segments with dots between, or too long")],
        ),
        (
            "padding",
            "QQ==.QQ.QQ".into(),
            &[("check", "form"), ("error", "a segment is not base64url without padding")],
        ),
        (
            "no JSON",
            "QQ.QQ.QQ".into(),
            &[("check", "header"), ("error", "expected value at line 1 column 1")],
        ),
        (
            "algorithm",
            "eyJhbGciOiJub25lIn0.e30.".into(),
            &[("check", "header"), ("error", "the algorithm of `alg` is not supported")],
        ),
        (
            "type",
            signed(Some("2026"), "dpop+jwt", json!({})),
            &[
                ("check", "type"),
                ("claim", "typ"),
                ("presented", "dpop+jwt"),
                ("expected", "none, JWT, at+jwt"),
            ],
        ),
        (
            "unknown key",
            signed(Some("2025"), "JWT", json!({})),
            &[
                ("check", "key"),
                ("claim", "kid"),
                ("presented", "HS256 2025"),
                ("expected", "Keys([HS256 \\\"2026\\\", HS256 \\\"2027\\\"])"),
            ],
        ),
        (
            "signature",
            forged,
            &[("check", "signature"), ("error", "no key of the issuer made this signature")],
        ),
        (
            "type of exp",
            of(json!({ "exp": "soon" })),
            &[
                ("check", "claims"),
                ("claim", "exp"),
                ("error", "invalid type: string \\\"soon\\\", expected f64 at line 1 column"),
            ],
        ),
        (
            "no exp",
            of(json!({ "exp": null })),
            &[("check", "expiry"), ("claim", "exp"), ("error", "the claim is missing")],
        ),
        (
            "expired",
            of(json!({ "exp": now() - 100 })),
            &[("check", "expiry"), ("claim", "exp"), ("presented", &late), ("expected", "later than")],
        ),
        (
            "too early",
            of(json!({ "nbf": now() + 100 })),
            &[
                ("check", "not_before"),
                ("claim", "nbf"),
                ("presented", &early),
                ("expected", "not later than"),
            ],
        ),
        (
            "issuer",
            of(json!({ "iss": "https://other.example" })),
            &[
                ("check", "issuer"),
                ("claim", "iss"),
                ("presented", "https://other.example"),
                ("expected", ISSUER),
            ],
        ),
        (
            "no issuer",
            of(json!({ "iss": null })),
            &[("check", "issuer"), ("claim", "iss"), ("expected", ISSUER)],
        ),
        (
            "audience",
            of(json!({ "aud": ["a", "b"] })),
            &[
                ("check", "audience"),
                ("claim", "aud"),
                ("presented", "[\\\"a\\\",\\\"b\\\"]"),
                ("expected", AUDIENCE),
            ],
        ),
        (
            "confirmation",
            of(json!({ "cnf": { "jkt": "x" } })),
            &[
                ("check", "confirmation"),
                ("claim", "cnf"),
                ("error", "the possession of a key cannot be verified"),
            ],
        ),
        (
            "principal",
            of(json!({ "address": { "lines": ["a", 1] } })),
            &[
                ("check", "principal"),
                ("claim", "address.lines[1]"),
                ("error", "invalid type: integer `1`, expected a string at line 1 column"),
            ],
        ),
        (
            "empty id",
            of(json!({ "sub": "" })),
            &[("check", "principal"), ("error", "the id of the principal is empty")],
        ),
    ];
    let plain = app::<Member>(bearer());
    let cached = app::<Member>(bearer().cached(CacheSize::mebibytes(1)));
    for (about, token, expected) in &cases {
        for app in [&plain, &cached] {
            let mut found = cause_of_token(app, token).await;
            // The end of these values is a time or a position.
            for (_, value) in &mut found {
                for start in ["later than", "not later than", "at line 1 column"] {
                    if let Some(at) = value.find(start).filter(|_| *about != "no JSON") {
                        value.truncate(at + start.len());
                    }
                }
            }
            assert_cause(&found, expected, about);
        }
    }
}

#[tokio::test]
async fn wrong_issuer_of_several_lists_all_trusted_ones() {
    let second =
        Issuer::with_keys("https://b.example", Keys::hs256("another secret of at least 32 bytes").unwrap());
    let app = app::<Member>(bearer().trust_issuer(second.alias("https://c.example")));
    let found = cause_of_token(&app, &token(&json!({ "iss": "https://d.example" }))).await;
    let expected = format!("{ISSUER}, https://b.example, https://c.example");
    let all =
        [("check", "issuer"), ("claim", "iss"), ("presented", "https://d.example"), ("expected", &*expected)];
    assert_cause(&found, &all, "several issuers");
}

#[tokio::test]
async fn hostile_claims_are_escaped_and_bounded() {
    let app = app::<Member>(bearer());
    let hostile = format!("https://x\n\u{1b}[2J\u{202e}{}", "x".repeat(5_000));
    let found = cause_of_token(&app, &token(&json!({ "iss": hostile }))).await;
    let (_, presented) = found.iter().find(|(name, _)| name == "presented").unwrap();
    assert!(presented.starts_with("https://x\\n\\u{1b}[2J\\u{202e}xxx") && presented.ends_with("\\..."));
    let many: Vec<_> = (0..10_000).map(|number| format!("aud-{number}")).collect();
    cause_of_token(&app, &token(&json!({ "aud": many }))).await;
}

#[tokio::test]
async fn rejected_digest_tells_the_check() {
    let app = digest::app_of(Digest::new(users()).realm(REALM));
    let challenge = digest::challenge(&app).await;
    let sent = || Sent::by_alice(&challenge, "GET /me");
    let nobody = Sent::by("nobody", "secret", &challenge, "GET /me");
    let wrong = Sent::by("alice", "wrong", &challenge, "GET /me");
    sent().ask(&app, "GET /me").await.assert_is(200, "alice");
    for (check, sent) in [
        ("form", sent().without("nc")),
        ("algorithm", sent().put("algorithm", "MD5")),
        ("uri", sent().with("uri", "\"/other\"")),
        ("realm", sent().with("realm", "\"other\"")),
        ("nonce", sent().with("nonce", "\"AAAA\"")),
        ("user", nobody),
        ("response", wrong),
        ("nonce count", sent()),
    ] {
        let (answer, events) = capture_with_causes(sent.ask(&app, "GET /me")).await;
        assert_eq!((answer.status.as_u16(), events.len()), (401, 2), "{check}: {events:?}");
        assert_eq!(events[0].field("check"), Some(check));
        assert_eq!(events[0].field("scheme"), Some("Digest"));
    }
}

#[tokio::test]
async fn rejected_password_and_key_tell_the_check_and_no_secret() {
    struct Vera;
    impl Users<User> for Vera {
        async fn login(&self, name: &str, _: &str) -> Login<User> {
            if name == "vera" { Login::Wrong } else { Login::Unknown }
        }
    }
    let basic = app(Basic::new(Vera).realm("api"));
    for (credential, check) in [("x", "form"), ("dmVyYTpodW50ZXIy", "password"), ("Ym9iOmh1bnRlcjI=", "user")]
    {
        let (_, event) = cause_of(&basic, &[("authorization", &format!("Basic {credential}"))]).await;
        event.assert_fields(&[
            ("message", "a credential was rejected"),
            ("scheme", "Basic"),
            ("check", check),
        ]);
    }
    let keys = app::<User>(ApiKey::header("x-api-key", InMemoryApiKeys::new()).realm("api"));
    let unknown = authgate::scheme::api_key::NewKey::generate("rk").unwrap();
    for (key, check) in [("a b", "form"), (unknown.text(), "key")] {
        let (_, event) = cause_of(&keys, &[("x-api-key", key)]).await;
        event.assert_fields(&[
            ("message", "a credential was rejected"),
            ("scheme", "ApiKey"),
            ("check", check),
        ]);
    }
}

#[tokio::test]
async fn two_credentials_are_named() {
    let keys = ApiKey::header("x-api-key", InMemoryApiKeys::new()).realm("api");
    let gate = Gate::<User>::builder().scheme(bearer()).scheme(keys).build().unwrap();
    async fn me(_: Authenticated<User>) {}
    let app = Router::new().route("/me", get(me)).with_state(gate);
    let fields = [("authorization", "Bearer a"), ("x-api-key", "b")];
    let (answer, event) = cause_of(&app, &fields).await;
    assert_eq!(answer.status, 400);
    event.assert_fields(&[
        ("message", "a request has two credentials"),
        ("first", "Bearer"),
        ("second", "ApiKey"),
    ]);
}
