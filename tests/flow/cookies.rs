//! Credentials that browsers attach automatically. Cookies have the lowest precedence, and
//! cross-site requests are rejected.

use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError, CustomBody};
use authgate::gate::GateBuilder;
use authgate::routing::{any, get};
use authgate::scheme::{Ambient, Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Context, Denial, Gate, Router, Unauthenticated};
use authgate_tests::app::{Role, User, bearer};
use authgate_tests::ask::{ask, request, send};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::token;
use http::header::{COOKIE, HeaderValue};
use serde_json::{Value, json};

/// A cookie scheme: `Cookie: <name>=<who>`.
struct Biscuit(&'static str);

impl Scheme<User> for Biscuit {
    fn challenge(&self) -> Challenge {
        Challenge::new(self.0).realm("jar").only_alone()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let cookie =
            presented.headers().get(COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        let own = cookie.split("; ").find_map(|cookie| cookie.strip_prefix(self.0)?.strip_prefix('='));
        match own {
            Some("vera") => Outcome::Authenticated(Identity::new(
                User::new("vera", &[Role::Viewer], &[]),
                Context::of("?"),
            ))
            .into(),
            Some("nobody") => Outcome::NoCredentials.into(),
            Some("down") => Outcome::Unavailable.into(),
            _ => Outcome::Rejected(CredentialError::Expired).into(),
        }
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        let mut cookies = presented.headers().get_all(COOKIE).iter();
        cookies.any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.contains(&format!("{name}="))))
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().fields([COOKIE])
    }
}

/// A scheme whose credentials a browser remembers.
struct Remembered(Ticket);

impl Scheme<User> for Remembered {
    fn challenge(&self) -> Challenge {
        self.0.challenge()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        self.0.authenticate(presented)
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().ambient(Ambient::BrowserCredentials)
    }
}

async fn me(user: Authenticated<User>) -> String {
    format!("{} by {}", user.sub, user.context().scheme())
}

#[authgate::public(reason = "responds to a failure itself")]
async fn greet_result(user: Result<Authenticated<User>, Denial>) -> String {
    user.map_or_else(|_| "nobody".to_owned(), |user| user.sub.clone())
}

#[authgate::public(reason = "authenticates the caller itself")]
async fn greet_by_hand(caller: Unauthenticated<User>) -> String {
    caller.authenticate().await.map_or_else(|_| "nobody".to_owned(), |user| user.sub.clone())
}

#[authgate::public(reason = "greets every caller")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "nobody".into(), |user| user.sub.clone())
}

fn app_of(gate: GateBuilder<User>) -> axum::Router {
    let routes: Router<Gate<User>> = Router::new()
        .route("/me", any(me))
        .route("/hello", get(greet))
        .route("/result", get(greet_result))
        .route("/by-hand", get(greet_by_hand));
    routes.with_state(gate.build().unwrap())
}

fn app_with_cookie_basic_and_bearer() -> axum::Router {
    app_of(Gate::builder().scheme(Biscuit("Jar")).scheme(Remembered(Ticket::new("Basic"))).scheme(bearer()))
}

const JAR: (&str, &str) = ("cookie", "Jar=vera");

#[tokio::test]
async fn authorization_takes_precedence_over_the_cookie() {
    let app = app_with_cookie_basic_and_bearer();
    ask(&app, "GET /me", &[JAR]).await.assert_is(200, "vera by Jar");
    let bearer = format!("Bearer {}", token(&json!({ "sub": "ada", "roles": ["admin"] })));
    ask(&app, "GET /me", &[JAR, ("authorization", &bearer)]).await.assert_is(200, "ada by Bearer");
    ask(&app, "GET /me", &[JAR, ("authorization", "Basic ada")]).await.assert_is(200, "ada by Basic");
    // A credential for a scheme that the gate does not have is ignored.
    ask(&app, "GET /me", &[JAR, ("authorization", "Negotiate abc")]).await.assert_is(200, "vera by Jar");
    ask(&app, "GET /me", &[JAR, ("authorization", "")]).await.assert_is(200, "vera by Jar");
}

#[tokio::test]
async fn failed_authorization_does_not_fall_back_to_the_cookie() {
    let app = app_with_cookie_basic_and_bearer();
    let answer = ask(&app, "GET /me", &[JAR, ("authorization", "Bearer abc")]).await;
    answer.assert_denied(
        401,
        "credentials_malformed",
        &["Bearer realm=\"api\", error=\"invalid_token\"", "Basic realm=\"fair\""],
    );
    let answer = ask(&app, "GET /me", &[JAR, ("authorization", "Basic down")]).await;
    answer.assert_denied(503, "undecided", &[]);
    let both = [JAR, ("authorization", "Basic ada"), ("authorization", "Bearer abc")];
    assert_eq!(ask(&app, "GET /me", &both).await.reason(), "credentials_ambiguous");
}

#[tokio::test]
async fn valid_cookie_is_accepted_beside_an_invalid_or_unavailable_one() {
    let app = app_of(Gate::builder().scheme(Biscuit("One")).scheme(Biscuit("Two")));
    ask(&app, "GET /me", &[("cookie", "One=down; Two=vera")]).await.assert_is(200, "vera by Two");
    ask(&app, "GET /me", &[("cookie", "One=old; Two=vera")]).await.assert_is(200, "vera by Two");
    assert_eq!(ask(&app, "GET /me", &[("cookie", "One=old; Two=down")]).await.reason(), "undecided");
    assert_eq!(ask(&app, "GET /me", &[("cookie", "One=down; Two=old")]).await.reason(), "undecided");
    assert_eq!(
        ask(&app, "GET /me", &[("cookie", "One=nobody; Two=old")]).await.reason(),
        "credentials_expired"
    );
    assert_eq!(
        ask(&app, "GET /me", &[("cookie", "One=nobody; Two=nobody")]).await.reason(),
        "credentials_missing"
    );
}

#[tokio::test]
async fn cookie_challenge_is_sent_only_without_other_challenges() {
    let alone = app_of(Gate::builder().scheme(Biscuit("Jar")));
    ask(&alone, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Jar realm=\"jar\""]);
    let basic = ["Bearer realm=\"api\"", "Basic realm=\"fair\""];
    ask(&app_with_cookie_basic_and_bearer(), "GET /me", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &basic,
    );
}

/// The order that most HTTP clients can handle, whatever the order of registration (RFC 9110
/// section 11.3).
#[tokio::test]
async fn challenges_are_sent_bearer_first_and_basic_last() {
    let names = ["Basic", "Ticket", "Digest", "Other"];
    let gate = names.into_iter().fold(Gate::builder(), |gate, name| gate.scheme(Ticket::new(name)));
    let answer = ask(&app_of(gate.scheme(bearer())), "GET /me", &[]).await;
    let got: Vec<_> =
        answer.challenges().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(got, ["Bearer", "Digest", "Ticket", "Other", "Basic"]);
}

#[tokio::test]
async fn script_request_gets_no_challenge_that_opens_a_dialog() {
    let script = [("sec-fetch-mode", "cors")];
    let older = [("x-requested-with", "XMLHttpRequest")];
    for fields in [script, older] {
        let answer = ask(&app_with_cookie_basic_and_bearer(), "GET /me", &fields).await;
        answer.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
        let basic = app_of(Gate::builder().scheme(Remembered(Ticket::new("Basic"))));
        // RFC 9110 section 15.5.2: every 401 has a challenge.
        ask(&basic, "GET /me", &fields).await.assert_denied(
            401,
            "credentials_missing",
            &["X-Basic realm=\"fair\""],
        );
        let beside = app_of(Gate::builder().scheme(Remembered(Ticket::new("Basic"))).scheme(Biscuit("Jar")));
        ask(&beside, "GET /me", &fields).await.assert_denied(
            401,
            "credentials_missing",
            &["Jar realm=\"jar\""],
        );
    }
    let answer = ask(&app_with_cookie_basic_and_bearer(), "GET /me", &[("sec-fetch-mode", "navigate")]).await;
    assert_eq!(answer.challenges().len(), 2);
}

/// Denial responses are stored and cloned. A clone must not contain another client's challenges.
#[tokio::test]
async fn denials_do_not_share_challenges_between_clients() {
    let app = app_with_cookie_basic_and_bearer();
    for _ in 0..2 {
        let both = ["Bearer realm=\"api\"", "Basic realm=\"fair\""];
        ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &both);
        let answer = ask(&app, "GET /me", &[("sec-fetch-mode", "cors")]).await;
        answer.assert_denied(401, "credentials_missing", &both[..1]);
        let page = ask(&app, "GET /me", &[("accept", "text/html")]).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        let bearer = ["Bearer realm=\"api\", error=\"invalid_token\"", both[1]];
        let answer = ask(&app, "GET /me", &[("authorization", "Bearer a")]).await;
        answer.assert_denied(401, "credentials_malformed", &bearer);
    }
}

/// The test table of Go's `net/http`.
#[tokio::test]
async fn cross_origin_requests_match_the_go_test_vectors() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/csrf/go-cross-origin-protection.json")).unwrap();
    let trusted = vectors["trusted_origin"]["trusted"].as_str().unwrap();
    let cookie = || Gate::builder().scheme(Biscuit("Jar"));
    let (plain, trusting) = (app_of(cookie()), app_of(cookie().trust_origin(trusted)));
    let cases = vectors["sec_fetch_site"].as_array().unwrap().iter().map(|case| (&plain, case));
    let more = vectors["trusted_origin"]["cases"].as_array().unwrap().iter().map(|case| (&trusting, case));
    let mut asked = 0;
    for (app, case) in cases.chain(more) {
        let method = case["method"].as_str().unwrap_or("POST");
        let mut fields = vec![JAR, ("host", "example.com")];
        for (name, member) in [("sec-fetch-site", "sec_fetch_site"), ("origin", "origin")] {
            let value = case[member].as_str().unwrap();
            fields.extend((!value.is_empty()).then_some((name, value)));
        }
        let answer = ask(app, &format!("{method} /me"), &fields).await;
        assert_eq!(
            answer.status.as_u16(),
            u16::try_from(case["status"].as_u64().unwrap()).unwrap(),
            "{case}"
        );
        if answer.status != 200 {
            answer.assert_denied(403, "cross_site", &[]);
        }
        asked += 1;
    }
    assert_eq!(asked, 16);
}

#[test]
fn trusted_origin_syntax_matches_the_go_test_vectors() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/csrf/go-cross-origin-protection.json")).unwrap();
    for case in vectors["trusted_origin_syntax"].as_array().unwrap() {
        let origin = case["origin"].as_str().unwrap();
        let built = Gate::<User>::builder().scheme(bearer()).trust_origin(origin).build();
        assert_eq!(built.is_err(), case["must_error"].as_bool().unwrap(), "{case}");
    }
}

#[tokio::test]
async fn cross_site_request_is_403_only_with_ambient_credentials() {
    let app = app_with_cookie_basic_and_bearer();
    const EVIL: (&str, &str) = ("sec-fetch-site", "cross-site");
    let bearer = format!("Bearer {}", token(&json!({ "sub": "ada", "roles": ["admin"] })));
    ask(&app, "POST /me", &[EVIL, ("authorization", &bearer)]).await.assert_is(200, "ada by Bearer");
    ask(&app, "POST /me", &[EVIL, ("authorization", "Basic ada")]).await.assert_denied(
        403,
        "cross_site",
        &[],
    );
    ask(&app, "POST /me", &[EVIL, JAR]).await.assert_denied(403, "cross_site", &[]);
    // A failed authentication is reported before a cross-site request.
    assert_eq!(ask(&app, "POST /me", &[EVIL, ("cookie", "Jar=old")]).await.reason(), "credentials_expired");
    assert_eq!(ask(&app, "POST /me", &[EVIL]).await.reason(), "credentials_missing");
    // A WebSocket can change state, whatever the method of the request.
    let upgrade =
        [JAR, ("origin", "https://evil.example"), ("host", "example.com"), ("upgrade", "websocket")];
    ask(&app, "GET /me", &upgrade).await.assert_denied(403, "cross_site", &[]);
    let own = [JAR, ("origin", "https://example.com"), ("host", "example.com"), ("upgrade", "websocket")];
    ask(&app, "GET /me", &own).await.assert_is(200, "vera by Jar");
    // A repeated field is not trusted.
    let twice = [JAR, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")];
    ask(&app, "POST /me", &twice).await.assert_denied(403, "cross_site", &[]);
    let port = [JAR, ("origin", "https://example.com:8443"), ("host", "example.com")];
    ask(&app, "POST /me", &port).await.assert_denied(403, "cross_site", &[]);
}

/// HTTP/2 sends `:authority` instead of `Host`, and the server makes it a part of the request
/// target.
#[tokio::test]
async fn origin_is_compared_with_the_target_if_host_is_missing() {
    let app = app_with_cookie_basic_and_bearer();
    for (target, origin, status) in [
        ("https://example.com/me", "https://example.com", 200),
        ("https://example.com:8443/me", "https://example.com:8443", 200),
        ("https://example.com/me", "https://example.com:8443", 403),
        ("https://example.com/me", "https://evil.example", 403),
        ("https://example.com/me", "null", 403),
        ("/me", "https://example.com", 403),
    ] {
        let answer = ask(&app, &format!("POST {target}"), &[JAR, ("origin", origin)]).await;
        assert_eq!(answer.status, status, "{target}, {origin}");
    }
}

/// RFC 9111 section 3 and RFC 9110 section 12.5.5.
#[tokio::test]
async fn optional_cookie_response_is_private_and_varies_by_cookie() {
    let app = app_with_cookie_basic_and_bearer();
    for (fields, who) in [(&[JAR][..], "vera"), (&[], "nobody")] {
        let answer = ask(&app, "GET /hello", fields).await;
        answer.assert_is(200, who);
        assert_eq!(answer.header("cache-control"), Some("private"));
        assert_eq!(answer.header("vary"), Some("authorization, cookie"));
    }
    // A handler that receives the denial may send another response.
    for path in ["GET /result", "GET /by-hand"] {
        for (fields, who) in [(&[JAR][..], "vera"), (&[], "nobody"), (&[("cookie", "jar=bad")], "nobody")] {
            let answer = ask(&app, path, fields).await;
            answer.assert_is(200, who);
            assert_eq!(answer.header("cache-control"), Some("private"), "{path} {who}");
            assert_eq!(answer.header("vary"), Some("authorization, cookie"), "{path} {who}");
        }
    }
    let mut request = request("GET /me", &[]);
    request.headers_mut().insert(COOKIE, HeaderValue::from_static("Jar=vera"));
    assert_eq!(send(&app, request).await.header("cache-control"), Some("private"));
}

const NAVIGATE: [(&str, &str); 3] =
    [("accept", "text/html,*/*;q=0.8"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

fn app_with_login_page() -> axum::Router {
    let schemes = Gate::builder().scheme(Biscuit("Jar")).scheme(Remembered(Ticket::new("Basic")));
    app_of(schemes.login_page("/login"))
}

#[tokio::test]
async fn navigation_is_redirected_to_the_login_page() {
    let app = app_with_login_page();
    let old = [NAVIGATE.as_slice(), &[("cookie", "Jar=old")]].concat();
    for fields in [NAVIGATE.as_slice(), &old] {
        let answer = ask(&app, "GET /me?a=b&c", fields).await;
        answer.assert_is(303, "");
        assert_eq!(answer.header("location"), Some("/login?return_to=/me%3Fa%3Db%26c"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("vary").unwrap().contains("sec-fetch-mode"));
        assert!(answer.challenges().is_empty());
    }
    let answer = ask(&app, "POST /me", &NAVIGATE).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/login")));
}

/// A page of the application links to the login page as the built-in one does.
#[tokio::test]
async fn custom_page_can_link_to_the_login_page() {
    let link = |denial: &Denial| Some(CustomBody::text(denial.login_link().unwrap_or("none").to_owned()));
    let schemes =
        || Gate::builder().scheme(Biscuit("Jar")).scheme(Remembered(Ticket::new("Basic"))).render(link);
    let app = app_of(schemes().login_page("/login"));
    let (html, wrong) = (("accept", "text/html"), ("authorization", "Basic wrong"));
    ask(&app, "GET /me?a=b", &[html]).await.assert_is(401, "/login?return_to=/me%3Fa%3Db");
    ask(&app, "POST /me", &[html, wrong]).await.assert_is(401, "/login");
    ask(&app, "GET /me", &[]).await.assert_is(401, "none");
    ask(&app_of(schemes()), "GET /me", &[html]).await.assert_is(401, "none");
}

#[tokio::test]
async fn other_requests_are_not_redirected_to_the_login_page() {
    let app = app_with_login_page();
    let not_navigating: [&[(&str, &str)]; 5] = [
        &[],
        &[("accept", "text/html")],
        &[NAVIGATE[1]],
        &[NAVIGATE[0], ("sec-fetch-mode", "cors")],
        &[NAVIGATE[0], NAVIGATE[1], ("sec-fetch-dest", "iframe")],
    ];
    for fields in not_navigating {
        let answer = ask(&app, "GET /me", fields).await;
        assert_eq!(answer.status, 401, "{fields:?}");
        assert!(!answer.challenges().is_empty());
    }
    // A client that sends a password gets a 401 instead of the login page.
    let wrong = [NAVIGATE.as_slice(), &[("authorization", "Basic wrong")]].concat();
    assert_eq!(ask(&app, "GET /me", &wrong).await.status, 401);
    let down = [NAVIGATE.as_slice(), &[("cookie", "Jar=down")]].concat();
    assert_eq!(ask(&app, "GET /me", &down).await.status, 503);
}

/// Browsers state that they navigate only to trustworthy origins, so not over plain HTTP.
#[tokio::test]
async fn link_on_the_page_of_a_401_returns_to_the_target() {
    let app = app_with_login_page();
    for accept in ["text/html", "text/html,*/*", "text/html,application/xhtml+xml,*/*;q=0.8"] {
        for cookie in [&[][..], &[("cookie", "Jar=old")]] {
            let answer = ask(&app, "GET /me?a=b&c", &[&[("accept", accept)], cookie].concat()).await;
            assert_eq!(answer.status, 401);
            let link = "<a href=\"/login?return_to=/me%3Fa%3Db%26c\">Sign in</a>";
            assert!(answer.body.contains(link), "{}", answer.body);
        }
    }
    let other = ask(&app, "GET /me?d=e", &[("accept", "text/html")]).await;
    assert!(other.body.contains("return_to=/me%3Fd%3De\""), "{}", other.body);
    // Returning would not repeat a POST, and a target that is too long is dropped.
    for line in ["POST /me", &format!("GET /me?{}", "a".repeat(2100))] {
        let answer = ask(&app, line, &[("accept", "text/html")]).await;
        assert!(answer.body.contains("<a href=\"/login\">Sign in</a>"), "{}", answer.body);
    }
    let wrong = [("accept", "text/html"), ("authorization", "Basic wrong")];
    let answer = ask(&app, "GET /me", &wrong).await;
    assert!(answer.body.contains("<a href=\"/login?return_to=/me\">"), "{}", answer.body);
    assert!(!answer.challenges().is_empty());
}

#[tokio::test]
async fn client_that_names_html_gets_a_page_and_others_get_a_problem_document() {
    let app = app_with_login_page();
    for (accept, content_type) in [
        ("text/html,*/*", "text/html; charset=utf-8"),
        ("*/*", "application/problem+json"),
        ("application/json, text/plain, */*", "application/problem+json"),
        ("text/html, application/json", "application/problem+json"),
    ] {
        let answer = ask(&app, "GET /me", &[("accept", accept)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (401, Some(content_type)));
        assert!(answer.header("vary").unwrap().contains("accept"), "{accept}");
    }
    let browser = [("accept", "text/html,*/*"), ("sec-fetch-mode", "navigate")];
    let answer = ask(&app, "GET /me", &browser).await;
    assert_eq!(answer.header("location"), Some("/login?return_to=/me"));
}

#[test]
fn login_page_outside_this_site_is_a_config_error() {
    for (path, fits) in [
        ("/login", true),
        ("/login?a=b", true),
        ("login", false),
        ("//evil.example", false),
        ("https://sso.example/login", false),
        ("/login#a", false),
        ("", false),
    ] {
        let built = Gate::<User>::builder().scheme(Biscuit("Jar")).login_page(path).build();
        assert_eq!(built.is_ok(), fits, "{path}");
    }
    let error = Gate::<User>::builder().scheme(bearer()).login_page("/login").build().unwrap_err();
    assert!(error.to_string().contains("no scheme that reads a cookie"), "{error}");
}
