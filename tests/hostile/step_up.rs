//! Unusual claims about the login, and redirects to other sites. Neither makes a login more recent
//! or stronger.

use authgate::right::{Acr, All, ConstStr, Factor, Fresh, factor};
use authgate::routing::get;
use authgate::session::Sessions;
use authgate::{Authenticated, Authorized, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::ask_with;
use authgate_tests::challenge;
use authgate_tests::jar::Jar;
use authgate_tests::session::People;
use authgate_tests::token::now;

use crate::raw::{Claims, HEADER, token};

struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "gold";
}

/// A class with characters that need escaping.
struct Odd;

impl ConstStr for Odd {
    const TEXT: &'static str = "  a\"b\\c,\r\nSet-Cookie: d=e  f ";
}

async fn me(_: Authenticated<User>) {}
async fn fresh(_: Authorized<Fresh<300>, User>) {}
async fn fresh_for_ever(_: Authorized<Fresh<{ u64::MAX }>, User>) {}
async fn never_fresh(_: Authorized<Fresh<0>, User>) {}
async fn gold(_: Authorized<Acr<Gold>, User>) {}
async fn otp(_: Authorized<Factor<factor::ByOtp>, User>) {}
async fn odd(_: Authorized<All<(Acr<Odd>, Fresh<1>)>, User>) {}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/me", get(me))
        .route("/fresh", get(fresh))
        .route("/fresh-for-ever", get(fresh_for_ever))
        .route("/never-fresh", get(never_fresh))
        .route("/gold", get(gold))
        .route("/otp", get(otp))
        .route("/odd", get(odd))
}

fn app() -> axum::Router {
    routes().with_state(Gate::builder().scheme(bearer()).build().expect("complete"))
}

/// Asserts the response to these claims on each of these paths.
async fn assert_response_fields(claims: Claims, paths: &[&str], status: u16, reason: &str) {
    let (app, json) = (app(), claims.json());
    for path in paths {
        let answer = ask_with(&app, &format!("GET {path}"), &token(HEADER, &json)).await;
        assert_eq!(answer.status.as_u16(), status, "{path}, {json}");
        if status != 200 {
            assert_eq!(answer.reason(), reason, "{path}, {json}");
        }
    }
}

const ALL: [&str; 4] = ["/fresh", "/fresh-for-ever", "/gold", "/otp"];

/// Supabase sends an `amr` of objects. A route that needs no login accepts such a token.
#[tokio::test]
async fn unreadable_acr_amr_or_auth_time_is_unknown() {
    let (long, many) = (format!("\"{}\"", "a".repeat(1025)), format!("[{}\"otp\"]", "\"a\",".repeat(32)));
    let long_method = format!("[\"otp\",\"{}\"]", "a".repeat(129));
    let acr = ["null", "true", "1", "1.5", "-1", "[\"gold\"]", "{}", "{\"a\":\"gold\"}", &long];
    let amr = [
        "null",
        "\"otp\"",
        "{\"otp\":true}",
        "[\"otp\",1]",
        "[\"otp\",null]",
        "[[\"otp\"]]",
        "[\"otp\",{}]",
        "[{\"method\":\"otp\",\"timestamp\":1}]",
        &many,
        &long_method,
    ];
    let auth_time = ["null", "\"now\"", "true", "[1]", "{\"a\":1}", "1e999", "-1e999"];
    for (name, values) in [("acr", &acr[..]), ("amr", &amr), ("auth_time", &auth_time)] {
        // A lone surrogate is JSON, but not text.
        for json in values.iter().copied().chain(["\"\\ud800\""]) {
            let claims = || Claims::good().with(name, json);
            assert_response_fields(claims(), &ALL, 401, "step_up_required").await;
            assert_response_fields(claims(), &["/me"], 200, "").await;
        }
    }
}

/// RFC 7519 section 4: a duplicate claim is rejected, rather than using the first or the last.
#[tokio::test]
async fn duplicate_login_claim_is_401_credentials_malformed() {
    let recent = now().to_string();
    for (name, json) in [("acr", "\"gold\""), ("amr", "[\"otp\"]"), ("auth_time", recent.as_str())] {
        for first in [json, "0", "\"\"", "[]"] {
            let claims = Claims::good().with(name, first).twice(name, json);
            assert_response_fields(claims, &ALL, 401, "credentials_malformed").await;
        }
    }
    let escaped = Claims::good().with("acr", "\"silver\"").with("\\u0061cr", "\"gold\"");
    assert_response_fields(escaped, &["/gold"], 401, "credentials_malformed").await;
}

#[tokio::test]
async fn similar_acr_and_amr_values_are_step_up_required() {
    let step_up = "step_up_required";
    for json in
        ["\"Gold\"", "\"gold \"", "\"gold\\u0000\"", "\"\"", "\"g\\u043eld\"", "\"gold silver\"", "\"*\""]
    {
        assert_response_fields(Claims::good().with("acr", json), &["/gold"], 401, step_up).await;
    }
    assert_response_fields(Claims::good().with("acr", "\"\\u0067old\""), &["/gold"], 200, "").await;
    for json in
        ["[]", "[\"OTP\"]", "[\"otp \"]", "[\"pwd otp\"]", "[\"otp,pwd\"]", "[\"\"]", "[\"ot\",\"p\"]"]
    {
        assert_response_fields(Claims::good().with("amr", json), &["/otp"], 401, step_up).await;
    }
    for name in ["ACR", "acr_values", "amr.acr", "acr\\u0000"] {
        assert_response_fields(Claims::good().with(name, "\"gold\""), &["/gold"], 401, step_up).await;
    }
}

#[tokio::test]
async fn implausible_auth_time_is_step_up_required() {
    let step_up = "step_up_required";
    let (ahead, far) = ((now() + 3600).to_string(), (now() + 1_000_000_000).to_string());
    for json in ["0", "-1", "1e300", "-1e300", "18446744073709551615", "253402300800", "1e-300", &ahead, &far]
    {
        assert_response_fields(
            Claims::good().with("auth_time", json),
            &["/fresh", "/never-fresh"],
            401,
            step_up,
        )
        .await;
    }
    for json in ["-1", "1e300", "18446744073709551615", &ahead] {
        assert_response_fields(Claims::good().with("auth_time", json), &["/fresh-for-ever"], 401, step_up)
            .await;
    }
    assert_response_fields(Claims::good().with("auth_time", "0"), &["/fresh-for-ever"], 200, "").await;
    let fraction = format!("{}.999", now());
    assert_response_fields(Claims::good().with("auth_time", &fraction), &["/fresh"], 200, "").await;
}

/// RFC 6750 section 3.
#[tokio::test]
async fn acr_values_are_sanitized_in_the_challenge() {
    let answer = ask_with(&app(), "GET /odd", &token(HEADER, Claims::good().json())).await;
    let challenges = challenge::parse(answer.challenges()).expect("readable");
    let [challenge] = challenges.as_slice() else { panic!("{challenges:?}") };
    assert_eq!(challenge.get("acr_values"), Some("abc,Set-Cookie: d=e f"));
    assert_eq!(challenge.get("max_age"), Some("1"));
    assert_eq!(answer.header("set-cookie"), None);
    let answer = ask_with(&app(), "GET /fresh-for-ever", &token(HEADER, Claims::good().json())).await;
    let challenges = challenge::parse(answer.challenges()).expect("readable");
    assert_eq!(challenges[0].get("max_age"), Some("18446744073709551615"));
}

/// The content of a token is not echoed.
#[tokio::test]
async fn token_claims_are_not_echoed() {
    let claims = Claims::good().with("acr", "\"echo-acr\"").with("amr", "[\"echo-amr\"]").json();
    for path in ALL {
        let answer = ask_with(&app(), &format!("GET {path}"), &token(HEADER, &claims)).await;
        assert_eq!(answer.status, 401, "{path}");
        let told = format!("{:?}{}", answer.headers, answer.body);
        assert!(!told.contains("echo-"), "{told}");
    }
}

const BROWSER: [(&str, &str); 2] = [("sec-fetch-mode", "navigate"), ("accept", "text/html")];

/// The redirect to the login page contains a path on this site and a reason from authgate, whatever
/// the target of the request.
#[tokio::test]
async fn login_redirect_stays_on_this_site() {
    let app = app_with_login_page();
    let mut jar = Jar::default();
    assert_eq!(jar.post(&app, "/login", "who=vera").await.status, 303);
    for (target, return_to) in [
        (
            "/a?reason=x&return_to=https://evil.example",
            "/a%3Freason%3Dx%26return_to%3Dhttps%3A//evil.example",
        ),
        ("/a?%0d%0aset-cookie:x", "/a%3F%250d%250aset-cookie%3Ax"),
        ("/a&reason=other", "/a%26reason%3Dother"),
    ] {
        let answer = jar.ask_with(&app, &format!("GET {target}"), &BROWSER, "").await;
        let expected =
            format!("/login?lang=de&reason=step_up_required&acr_values=gold&return_to={return_to}");
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, Some(expected.as_str())),
            "{target}"
        );
    }
    for target in ["//evil.example", "//evil.example/%2e%2e"] {
        let answer = jar.ask_with(&app, &format!("GET {target}"), &BROWSER, "").await;
        let location = answer.header("location").unwrap_or_default();
        assert!(!location.contains("evil"), "{target}: {location}");
    }
}

/// Returns an application in which everything except signing in requires `gold`.
fn app_with_login_page() -> axum::Router {
    use authgate::session::Accounts as _;
    use authgate::{Denial, Unauthenticated, public};
    use axum::extract::{FromRef, State};
    use axum::response::Redirect;

    #[derive(Clone, FromRef)]
    struct App {
        gate: Gate<User>,
        sessions: Sessions,
    }

    #[public(reason = "people sign in here")]
    async fn login(
        caller: Unauthenticated<User>,
        State(sessions): State<Sessions>,
    ) -> Result<Redirect, Denial> {
        let people = People::default();
        let account = people.find("vera").await.map_err(|error| caller.unavailable(&error))?.expect("known");
        sessions.sign_in(&caller, "vera", &account).await?;
        Ok(Redirect::to("/"))
    }

    let sessions = Sessions::in_memory();
    let gate =
        Gate::builder().scheme(sessions.scheme(People::default()).realm("app")).login_page("/login?lang=de");
    Router::new()
        .route("/login", authgate::routing::post(login))
        .fallback(gold)
        .layer(sessions.layer())
        .with_state(App { gate: gate.build().expect("complete"), sessions })
}
