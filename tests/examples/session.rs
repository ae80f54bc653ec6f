//! `examples/session.rs`: sign-in with a form.

#[allow(
    clippy::doc_markdown,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/session.rs"]
pub(crate) mod example;

use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;

const COOKIE: &str = "__Host-session";

pub(crate) async fn app() -> axum::Router {
    example::app().await.expect("it starts")
}

#[track_caller]
fn assert_redirects_to(answer: &Answer, target: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(target)));
}

#[tokio::test]
async fn user_signs_in_and_signs_out() {
    let (app, mut jar) = (app().await, Jar::default());
    assert!(jar.ask(&app, "GET /").await.body.contains("Nobody is signed in"));
    jar.ask(&app, "GET /me").await.assert_denied(401, "credentials_missing", &["Cookie realm=\"app\""]);

    assert_redirects_to(&jar.post(&app, "/login", "username=reader&password=wonderland").await, "/");
    jar.ask(&app, "GET /me").await.assert_is(200, r#"{"roles":["viewer"],"sub":"reader"}"#);
    assert!(jar.ask(&app, "GET /").await.body.contains("You are reader"));
    jar.ask(&app, "GET /admin").await.assert_denied(403, "role_missing", &[]);

    assert_redirects_to(&jar.post(&app, "/logout", "").await, "/");
    assert_eq!(jar.get(COOKIE), None);
    assert_eq!(jar.ask(&app, "GET /me").await.status, 401);
}

#[tokio::test]
async fn password_may_contain_colons_and_non_ascii_characters() {
    let (app, mut jar) = (app().await, Jar::default());
    let form = "username=chief&password=%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%3A42&return_to=%2Fadmin";
    assert_redirects_to(&jar.post(&app, "/login", form).await, "/admin");
    assert_eq!(jar.ask(&app, "GET /admin").await.status, 200);
}

/// RFC 9110 section 15.5.2. Search engines index a login page that responds with 200.
#[tokio::test]
async fn wrong_password_is_401_with_the_login_form() {
    let (app, mut jar) = (app().await, Jar::default());
    for form in ["username=reader&password=x", "username=nobody&password=wonderland", "username=&password="] {
        let answer = jar.post(&app, "/login", &format!("{form}&return_to=/me%3Fa%26b")).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.challenges(), ["Cookie realm=\"app\""]);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        assert!(answer.body.contains(r#"value="/me?a&amp;b""#), "{}", answer.body);
        assert_eq!(jar.get(COOKIE), None);
    }
}

#[tokio::test]
async fn navigation_is_redirected_to_the_login_page_and_back() {
    let (app, mut jar) = (app().await, Jar::default());
    let navigation = [
        ("accept", "text/html,*/*;q=0.8"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-site", "none"),
    ];
    let answer = jar.ask_with(&app, "GET /me?tab=2", &navigation, "").await;
    assert_redirects_to(&answer, "/login?return_to=/me%3Ftab%3D2");
    let page = jar.ask(&app, "GET /login?return_to=/me%3Ftab%3D2").await;
    assert_eq!((page.status.as_u16(), page.header("x-robots-tag")), (200, Some("noindex")));
    assert!(page.body.contains(r#"value="/me?tab=2""#), "{}", page.body);
    let form = "username=reader&password=wonderland&return_to=/me%3Ftab%3D2";
    assert_redirects_to(&jar.post(&app, "/login", form).await, "/me?tab=2");
}

#[tokio::test]
async fn return_to_another_site_is_dropped() {
    let app = app().await;
    for target in [
        "//evil.example",
        "/%5Cevil.example",
        "https:evil.example",
        "https://evil.example",
        "/%0D%0Ax",
        "%09//evil",
    ] {
        let form = format!("username=reader&password=wonderland&return_to={target}");
        assert_redirects_to(&Jar::default().post(&app, "/login", &form).await, "/");
        let page = Jar::default().ask(&app, &format!("GET /login?return_to={target}")).await;
        assert!(page.status == 200 && !page.body.contains("evil"), "{}", page.body);
    }
}

/// Crawlers and load balancers send no credentials.
#[tokio::test]
async fn health_and_robots_txt_are_public() {
    let (app, mut jar) = (app().await, Jar::default());
    jar.ask(&app, "GET /health").await.assert_is(200, "ok");
    jar.ask(&app, "GET /robots.txt").await.assert_is(200, "User-agent: *\nDisallow: /\n");
}

#[tokio::test]
async fn cross_site_login_form_is_403_before_the_password_is_checked() {
    let (app, mut jar) = (app().await, Jar::default());
    for form in ["username=reader&password=wonderland", "username=reader&password=wrong"] {
        let fields =
            [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
        let answer = jar.ask_with(&app, "POST /login", &fields, form).await;
        answer.assert_denied(403, "cross_site", &[]);
    }
}
