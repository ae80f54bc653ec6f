//! A malformed `Authorization` field gets 401, whatever else the request contains.
//!
//! RFC 9110 section 11.4: `credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`. The
//! scheme defines the syntax after the auth-scheme, as long as it is visible ASCII.

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::Challenge;
use authgate::routing::{get, post};
use authgate::scheme::{Answer, Bearer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Authorized, Context, Denial, Gate, Router, Unauthenticated, public, requires};
use authgate_tests::app::{Role, User, bearer};
use authgate_tests::ask::{Answer as Answered, request, send};
use authgate_tests::scheme::{ApiKey, Ticket};
use http::header::{AUTHORIZATION, COOKIE, HeaderValue};

use crate::events::capture::capture;

/// A cookie scheme that authenticates every caller as Vera.
struct Biscuit;

impl Scheme<User> for Biscuit {
    fn challenge(&self) -> Challenge {
        Challenge::new("Biscuit").realm("jar").only_alone()
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Outcome::Authenticated(Identity::new(User::new("vera", &[Role::Admin], &[]), Context::of("Biscuit")))
            .into()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key(COOKIE)
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().fields([COOKIE])
    }
}

/// Parses the field in a custom syntax: `Authorization: key=..`.
struct OwnForm;

impl Scheme<User> for OwnForm {
    fn challenge(&self) -> Challenge {
        Challenge::new("OwnForm").realm("own")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Outcome::Authenticated(Identity::new(User::new("own", &[], &[]), Context::of("OwnForm"))).into()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().get(AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"key="))
    }
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = "admin", scheme = Bearer)]
async fn by_bearer(_: Authorized<_>) {}

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "stranger".to_owned(), |user| user.sub.clone())
}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<String, Denial> {
    caller.authenticate().await.map(|user| user.sub.clone())
}

#[public(reason = "no authentication")]
async fn open() -> &'static str {
    "open"
}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/me", get(me))
        .route("/purge", post(purge))
        .route("/greet", get(greet))
        .route("/look", get(look))
        .route("/open", get(open))
}

const GUARDED: [&str; 4] = ["GET /me", "POST /purge", "GET /greet", "GET /look"];

const MALFORMED: [&[u8]; 18] = [
    b"???",
    b"??? abc",
    b"\"Bearer\" abc",
    b"(Bearer) abc",
    b"=abc",
    b"key=abc",
    b"Foo:abc",
    b"Foo: abc",
    b"Foo\tabc",
    b"Foo/1.0 abc",
    b"{\"token\":\"abc\"}",
    b"<script>",
    b"\xc3\xa9 abc",
    b"F\xc3\xb6\xc3\xb6 abc",
    b"Foo \xff\xfe",
    b"Foo a\xc3\xa9",
    b"@",
    b"eyJhbGciOiJIUzI1NiJ9.e30=.abc",
];

/// Credentials of schemes that no gate in these tests has, as real programs send them.
const UNKNOWN: [&[u8]; 11] = [
    b"Negotiate YIIGvw==",
    b"Foo",
    b"Foo ",
    b"foo   abc",
    b"Digest username=\"a b\", realm=\"\", nonce=\"x,y\", uri=\"/\", response=\"0\"",
    b"OAuth realm=\"\", oauth_nonce=\"x\"",
    b"AWS4-HMAC-SHA256 Credential=AK/20260101/eu/s3/aws4_request, SignedHeaders=host;x-date, Signature=0a",
    b"SharedKey account:c2ln=",
    b"SharedAccessSignature sr=https%3a%2f%2fx&sig=a%3d&se=1",
    b"undefined",
    b"null",
];

async fn ask_with(app: &axum::Router, line: &str, authorization: &[u8], more: &[(&str, &str)]) -> Answered {
    let mut request = request(line, more);
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_bytes(authorization).unwrap());
    send(app, request).await
}

const COOKIES: [(&str, &str); 1] = [("cookie", "x=y")];

#[tokio::test]
async fn malformed_authorization_beside_a_valid_cookie_is_401() {
    let only_cookies = routes().with_state(Gate::builder().scheme(Biscuit).build().unwrap());
    let mixed =
        Gate::builder().scheme(Biscuit).scheme(Ticket::new("Ticket")).scheme(bearer()).build().unwrap();
    let mixed = routes().route("/bearer", get(by_bearer)).with_state(mixed);
    let bearer = r#"Bearer realm="api""#;
    for value in MALFORMED {
        let shown = String::from_utf8_lossy(value);
        for more in [&COOKIES[..], &[]] {
            for line in GUARDED {
                let answer = ask_with(&only_cookies, line, value, more).await;
                answer.assert_denied(401, "credentials_malformed", &[r#"Biscuit realm="jar""#]);
                // RFC 6750 section 3.1: no `error` unless the client attempted the scheme.
                let answer = ask_with(&mixed, line, value, more).await;
                answer.assert_denied(401, "credentials_malformed", &[bearer, r#"Ticket realm="fair""#]);
            }
            let answer = ask_with(&mixed, "GET /bearer", value, more).await;
            answer.assert_denied(401, "credentials_malformed", &[bearer]);
            // A public route does not read credentials.
            ask_with(&mixed, "GET /open", value, more).await.assert_is(200, "open");
        }
        let (_, events) = capture(ask_with(&mixed, "GET /me", value, &COOKIES)).await;
        assert_eq!(events.len(), 1, "{shown}");
        assert_eq!(events[0].target, "authgate::authentication");
        assert_eq!(events[0].field("reason"), Some("credentials_malformed"));
        assert_eq!(events[0].field("scheme"), None);
    }
}

/// For example, the credentials for a proxy in front of an application that uses cookies.
#[tokio::test]
async fn a_credential_of_an_unknown_scheme_is_ignored() {
    let only_cookies = routes().with_state(Gate::builder().scheme(Biscuit).build().unwrap());
    let mixed =
        Gate::builder().scheme(Biscuit).scheme(Ticket::new("Ticket")).scheme(bearer()).build().unwrap();
    let mixed = routes().with_state(mixed);
    for value in UNKNOWN {
        for app in [&only_cookies, &mixed] {
            for line in GUARDED {
                ask_with(app, line, value, &COOKIES).await.assert_is(200, "vera");
            }
            assert_eq!(ask_with(app, "GET /me", value, &[]).await.reason(), "credentials_missing");
            ask_with(app, "GET /greet", value, &[]).await.assert_is(200, "stranger");
        }
    }
    ask_with(&only_cookies, "GET /me", b"Basic dmVyYTpzZWNyZXQ=", &COOKIES).await.assert_is(200, "vera");
    ask_with(&only_cookies, "GET /me", b"Bearer abc", &COOKIES).await.assert_is(200, "vera");
    for empty in [&b""[..], b" ", b"\t "] {
        ask_with(&mixed, "GET /me", empty, &COOKIES).await.assert_is(200, "vera");
        assert_eq!(ask_with(&mixed, "GET /me", empty, &[]).await.reason(), "credentials_missing");
    }
}

/// A scheme of the gate validates every credential that begins with its name, and sets the error.
#[tokio::test]
async fn malformed_credential_of_a_known_scheme_is_401_invalid_token() {
    let mixed = Gate::builder().scheme(Biscuit).scheme(bearer()).build().unwrap();
    let app = routes().with_state(mixed);
    let invalid = r#"Bearer realm="api", error="invalid_token""#;
    for value in [&b"Bearer"[..], b"Bearer ", b"Bearer\tabc", b"Bearer:abc", b"bearer \xff", b"Bearer a b"] {
        let answer = ask_with(&app, "GET /me", value, &COOKIES).await;
        answer.assert_denied(401, "credentials_malformed", &[invalid]);
    }
    let answer = ask_with(&app, "GET /me", b"Bearer a, Bearer b", &COOKIES).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (400, "credentials_ambiguous"));
    // A scheme with a custom syntax is called as well.
    let own = routes().with_state(Gate::builder().scheme(OwnForm).scheme(Biscuit).build().unwrap());
    ask_with(&own, "GET /me", b"key=abc", &COOKIES).await.assert_is(200, "own");
    assert_eq!(ask_with(&own, "GET /me", b"kez=abc", &COOKIES).await.status, 401);
}

/// An API key in another field does not excuse a malformed field.
#[tokio::test]
async fn malformed_authorization_beside_an_api_key_is_401() {
    let app = routes().with_state(Gate::builder().scheme(ApiKey).build().unwrap());
    let answer = ask_with(&app, "GET /me", b"???", &[("x-api-key", "vera")]).await;
    answer.assert_denied(401, "credentials_malformed", &[r#"ApiKey realm="keys""#]);
    let answer = ask_with(&app, "GET /me", b"Foo abc", &[("x-api-key", "vera")]).await;
    answer.assert_is(200, "vera");
}

/// Signing in would not help, because the malformed field would remain.
#[tokio::test]
async fn navigation_with_malformed_authorization_is_not_redirected_to_login() {
    let app = routes().with_state(Gate::builder().scheme(Biscuit).login_page("/login").build().unwrap());
    let navigates = [("accept", "text/html"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(ask_with(&app, "GET /me", b"Foo abc", &navigates).await.status, 303);
    assert_eq!(ask_with(&app, "GET /me", b"???", &navigates).await.status, 401);
}

#[tokio::test]
async fn malformed_authorization_outside_a_request_is_denied() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let credentials = Credentials::authorization(HeaderValue::from_static("???"));
    let denial = gate.unauthenticated(credentials).authenticate().await.map(drop).unwrap_err();
    assert_eq!(denial.reason().code(), "credentials_malformed");
}
