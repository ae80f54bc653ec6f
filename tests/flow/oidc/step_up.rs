//! Logins that must be recent or strong (RFC 9470), by the requirements of a route.

use authgate_tests::jar::Jar;
use authgate_tests::token::now;
use serde_json::json;

use super::world::{NAVIGATES, Site, asked};

/// Follows the redirect of a denied request to the login page.
async fn denied(site: &Site, jar: &mut Jar, path: &str) -> std::collections::HashMap<String, String> {
    let answer = jar.ask_with(&site.app, &format!("GET {path}"), NAVIGATES, "").await;
    assert_eq!(answer.status, 303);
    let location = answer.header("location").unwrap().to_owned();
    assert!(location.starts_with("/login?reason=step_up_required"), "{location}");
    asked(&jar.ask(&site.app, &format!("GET {location}")).await)
}

/// The login time of the session is `auth_time`, and not the time of sign-in.
#[tokio::test(start_paused = true)]
async fn silent_login_does_not_satisfy_fresh() {
    let site = Site::new();
    let mut jar = Jar::default();
    let answer = site.sign_in(&mut jar, "", &json!({ "auth_time": now() - 3600 })).await;
    assert_eq!(answer.status, 303);
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
    assert_eq!(site.status(&mut jar, "GET /fresh").await, 401);

    let request = denied(&site, &mut jar, "/fresh").await;
    assert_eq!((request["max_age"].as_str(), request.get("prompt")), ("300", None));
    // The provider signs in silently again.
    let old = site.idp.answer(&request, &json!({ "auth_time": now() - 3600 }));
    let answer = jar.ask(&site.app, &format!("GET {old}")).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "step_up_required"));
    assert_eq!(site.status(&mut jar, "GET /me").await, 200, "the session is unchanged");
    assert_eq!(site.status(&mut jar, "GET /fresh").await, 401);

    let request = denied(&site, &mut jar, "/fresh").await;
    let answer = jar.ask(&site.app, &format!("GET {}", site.idp.answer(&request, &json!({})))).await;
    assert_eq!(answer.header("location"), Some("/fresh"));
    assert_eq!(site.status(&mut jar, "GET /fresh").await, 200);
}

#[tokio::test(start_paused = true)]
async fn requested_class_is_compared_with_the_answer() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    assert_eq!(site.status(&mut jar, "GET /gold").await, 401);
    for (acr, status) in
        [(json!("silver"), 401), (json!("gold silver"), 401), (json!(null), 401), (json!("gold"), 303)]
    {
        let request = denied(&site, &mut jar, "/gold").await;
        assert_eq!(request["acr_values"], "gold");
        assert_eq!(request["prompt"], "login");
        let target = site.idp.answer(&request, &json!({ "acr": acr }));
        let answer = jar.ask(&site.app, &format!("GET {target}")).await;
        assert_eq!(answer.status.as_u16(), status, "{acr}: {}", answer.body);
    }
    assert_eq!(site.status(&mut jar, "GET /gold").await, 200);
}

#[tokio::test(start_paused = true)]
async fn methods_of_the_login_are_recorded() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    let request = denied(&site, &mut jar, "/otp").await;
    assert_eq!(request["prompt"], "login", "no parameter states methods");
    let target = site.idp.answer(&request, &json!({ "amr": ["pwd", "otp"] }));
    assert_eq!(jar.ask(&site.app, &format!("GET {target}")).await.header("location"), Some("/otp"));
    assert_eq!(site.status(&mut jar, "GET /otp").await, 200);
}

/// The provider cannot meet the requirement of the page. The browser must not be redirected without
/// end.
#[tokio::test(start_paused = true)]
async fn page_that_is_not_satisfied_ends_in_a_denial() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    let request = denied(&site, &mut jar, "/otp").await;
    jar.ask(&site.app, &format!("GET {}", site.idp.answer(&request, &json!({})))).await;
    let login = "GET /login?reason=step_up_required&return_to=/otp";
    let answer = jar.ask(&site.app, login).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "step_up_required"));
    // Another page, and another attempt of the user.
    assert_eq!(site.status(&mut jar, login).await, 303);
    let request = denied(&site, &mut jar, "/otp").await;
    jar.ask(&site.app, &format!("GET {}", site.idp.answer(&request, &json!({})))).await;
    assert_eq!(site.status(&mut jar, "GET /login?reason=step_up_required&return_to=/gold").await, 303);
    assert_eq!(site.status(&mut jar, "GET /login?return_to=/otp").await, 303);
    assert_eq!(site.status(&mut jar, login).await, 401);
}

/// A query can only ask for a more recent login than usual.
#[tokio::test(start_paused = true)]
async fn parameters_of_the_query_are_bounded() {
    let site = Site::new();
    let long = "a".repeat(600);
    for (query, name, value) in [
        ("max_age=60".to_owned(), "max_age", Some("60")),
        ("max_age=999999999".to_owned(), "max_age", Some("43200")),
        ("max_age=-1".to_owned(), "max_age", Some("43200")),
        ("max_age=a".to_owned(), "max_age", Some("43200")),
        ("prompt=none".to_owned(), "prompt", Some("none")),
        ("prompt=login+consent".to_owned(), "prompt", Some("login consent")),
        ("prompt=none+login".to_owned(), "prompt", None),
        ("prompt=evil".to_owned(), "prompt", None),
        ("login_hint=ada%40example".to_owned(), "login_hint", Some("ada@example")),
        ("ui_locales=de+en".to_owned(), "ui_locales", Some("de en")),
        (format!("login_hint={long}"), "login_hint", None),
        (format!("acr_values={long}"), "acr_values", None),
        ("login_hint=a%0d%0ab".to_owned(), "login_hint", None),
        (
            "redirect_uri=https://evil.example".to_owned(),
            "redirect_uri",
            Some("https://app.example/callback"),
        ),
        ("client_id=evil&scope=evil".to_owned(), "client_id", Some("web")),
        ("%ff=1&prompt=login".to_owned(), "prompt", None),
    ] {
        let asked = site.start(&mut Jar::default(), &format!("?{query}")).await;
        assert_eq!(asked.get(name).map(String::as_str), value, "{query}");
    }
}

/// OpenID Connect Core 1.0 section 3.1.2.6.
#[tokio::test(start_paused = true)]
async fn errors_of_the_provider_have_a_fixed_response() {
    for (error, status, reason) in [
        ("login_required", 401, "credentials_missing"),
        ("interaction_required", 401, "credentials_missing"),
        ("consent_required", 401, "credentials_missing"),
        ("account_selection_required", 401, "credentials_missing"),
        ("access_denied", 403, "login_refused"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", 403, "login_refused"),
        ("unmet_authentication_requirements", 401, "step_up_required"),
        ("server_error", 503, "undecided"),
        ("temporarily_unavailable", 503, "undecided"),
        ("invalid_request", 503, "undecided"),
    ] {
        let site = Site::new();
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "?prompt=none").await;
        let query = format!(
            "error={error}&error_description=%3Cscript%3E&state={}&iss=https://id.example",
            asked["state"]
        );
        let answer = jar.ask(&site.app, &format!("GET /callback?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (status, reason), "{error}");
        let page = [("accept", "text/html")];
        let asked = site.start(&mut jar, "").await;
        let query =
            query.replace(query.split("state=").nth(1).unwrap().split('&').next().unwrap(), &asked["state"]);
        let answer = jar.ask_with(&site.app, &format!("GET /callback?{query}"), &page, "").await;
        assert!(!answer.body.contains("script"), "{}", answer.body);
        assert!(jar.get(super::world::SESSION).is_none());
    }
}
