//! Answers that are not for this browser and this login (RFC 9700 sections 2.1 and 4).

use authgate_tests::jar::Jar;
use serde_json::json;

use super::world::{Asked, Idp, NAVIGATES, SESSION, Site, open_logins};
use authgate_tests::session::Store;

const CHALLENGE: &[&str] = &["Cookie realm=\"app\""];

/// Asserts that a callback is rejected without a session and without a request to the provider.
async fn assert_rejected(site: &Site, jar: &mut Jar, target: &str, reason: &str) {
    let (session, before) =
        (jar.get(SESSION).map(str::to_owned), site.idp.provider.asked(super::world::TOKEN));
    let answer = jar.ask(&site.app, &format!("GET {target}")).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, reason), "{target}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(jar.get(SESSION).map(str::to_owned), session, "{target}");
    assert_eq!(site.idp.provider.asked(super::world::TOKEN), before, "{target}");
}

/// Login CSRF: the attacker starts a login, signs in, and makes the victim's browser finish it.
#[tokio::test(start_paused = true)]
async fn callback_of_another_browser_is_rejected() {
    let site = Site::new();
    let (mut attacker, mut victim) = (Jar::default(), Jar::default());
    let asked = site.start(&mut attacker, "").await;
    let target = site.idp.answer(&asked, &json!({ "sub": "attacker" }));
    assert_rejected(&site, &mut victim, &target, "credentials_rejected").await;
    // The victim has a login in progress, and a session.
    let mut victim = site.signed_in().await;
    site.start(&mut victim, "").await;
    assert_rejected(&site, &mut victim, &target, "credentials_rejected").await;
    victim.ask(&site.app, "GET /me").await.assert_is(200, "ada https://id.example s-1 ada");
    assert_eq!(open_logins(&victim), 1, "the victim's login is still in progress");
}

#[tokio::test(start_paused = true)]
async fn code_of_another_login_is_rejected() {
    let site = Site::new();
    let (mut attacker, mut victim) = (Jar::default(), Jar::default());
    let stolen = site.start(&mut attacker, "").await;
    let own = site.start(&mut victim, "").await;
    // A code of the attacker in a login of the victim: the PKCE verifier differs.
    let target = site.idp.answer(&stolen, &json!({ "nonce": own["nonce"] }));
    let target =
        target.replacen(&format!("state={}", stolen["state"]), &format!("state={}", own["state"]), 1);
    let answer = victim.ask(&site.app, &format!("GET {target}")).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "credentials_rejected"));
    assert!(victim.get(SESSION).is_none());
}

#[tokio::test(start_paused = true)]
async fn answer_counts_once() {
    let (idp, store) = (Idp::new(), Store::default());
    let used = std::sync::Arc::new(authgate::oauth::InMemoryOnce::new());
    let [one, other] =
        [(); 2].map(|()| Site::of(&idp, &store, |login| login.used(std::sync::Arc::clone(&used))));
    let mut jar = Jar::default();
    let asked = one.start(&mut jar, "").await;
    let before = jar.clone();
    let target = idp.answer(&asked, &json!({}));
    assert_eq!(one.status(&mut jar, &format!("GET {target}")).await, 303);
    // A copy of the removed cookie is of no use at any process, not even with a new code.
    assert_rejected(&one, &mut jar, &target, "credentials_rejected").await;
    let again = idp.answer(&asked, &json!({}));
    for site in [&one, &other] {
        let mut copy = before.clone();
        assert_rejected(site, &mut copy, &again, "credentials_rejected").await;
        assert_eq!(open_logins(&copy), 0, "the cookie is removed");
    }
}

#[tokio::test(start_paused = true)]
async fn parallel_answers_sign_in_once() {
    let site = Site::new();
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "").await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (site, mut jar) = (site.clone(), jar.clone());
            let target = site.idp.answer(&asked, &json!({}));
            tokio::spawn(async move { site.status(&mut jar, &format!("GET {target}")).await })
        })
        .collect();
    let mut signed_in = 0;
    for task in tasks {
        signed_in += usize::from(task.await.unwrap() == 303);
    }
    assert_eq!((signed_in, site.store.sessions()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn unsolicited_and_malformed_answers_are_rejected() {
    let site = Site::new();
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "").await;
    let state = &asked["state"];
    for query in [
        String::new(),
        "?".to_owned(),
        "?code=a".to_owned(),
        "?code=a&iss=https://id.example".to_owned(),
        "?code=a&state=".to_owned(),
        "?code=a&state=AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("?code=a&state={state}a"),
        format!("?code=a&state={}", &state[1..]),
        format!("?code=a&code=b&state={state}"),
        format!("?code=a&state={state}&state={state}"),
        format!("?code=a&state={state}&iss=https://id.example&iss=https://id.example"),
        format!("?code=a&state={state}&x=%ff"),
        format!("?{}", "a=b&".repeat(1000)),
        format!("?code=a&state={}", "a".repeat(5000)),
        "?error=access_denied".to_owned(),
        "?error=access_denied&state=a".to_owned(),
    ] {
        assert_rejected(&site, &mut jar, &format!("/callback{query}"), "credentials_rejected").await;
    }
    assert_eq!(open_logins(&jar), 1, "none of them ends the login in progress");
    assert_eq!(site.status(&mut jar, &format!("GET {}", site.idp.answer(&asked, &json!({})))).await, 303);
    assert_eq!(site.status(&mut jar, "POST /callback").await, 405);
}

/// RFC 9207 section 2.4: a response of another provider, by a mix-up.
#[tokio::test(start_paused = true)]
async fn issuer_of_the_answer_is_compared() {
    for (iss, states_issuer, status) in [
        ("&iss=https://id.example", true, 303),
        ("&iss=https%3A%2F%2Fid.example", false, 303),
        ("", false, 303),
        ("", true, 401),
        ("&iss=", true, 401),
        ("&iss=https://id.example/", true, 401),
        ("&iss=https://evil.example", true, 401),
        ("&iss=https://evil.example", false, 401),
    ] {
        let site = Site::new();
        let mut metadata = super::world::metadata();
        metadata["authorization_response_iss_parameter_supported"] = json!(states_issuer);
        site.idp.describe(&metadata);
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "").await;
        let target = site.idp.answer(&asked, &json!({})).replace("&iss=https%3A%2F%2Fid.example", iss);
        if status == 401 {
            assert_rejected(&site, &mut jar, &target, "credentials_wrong_issuer").await;
            assert_eq!(open_logins(&jar), 0);
        } else {
            assert_eq!(site.status(&mut jar, &format!("GET {target}")).await, 303, "{iss}");
        }
    }
}

/// Open redirects: the page to return to is on this site.
#[tokio::test(start_paused = true)]
async fn user_never_returns_to_another_site() {
    for (return_to, location) in [
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("/%09/evil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a%0d%0aSet-Cookie:%20a=b", "/"),
        ("/reports%3Fa%3Db%23c", "/reports?a=b#c"),
        // These would start another login, without end.
        ("/login", "/"),
        ("/login%3Freturn_to%3D/login", "/"),
        ("/callback%3Fcode%3Da", "/"),
        ("/logout", "/"),
        ("/a&return_to=//evil.example", "/a"),
    ] {
        let site = Site::new();
        let mut jar = Jar::default();
        let answer = site.sign_in(&mut jar, &format!("?return_to={return_to}"), &json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(location)), "{return_to}");
    }
}

/// The pages that the application denies lead to the login, and back to themselves only.
#[tokio::test(start_paused = true)]
async fn denied_answer_has_a_page_with_a_link_to_the_login() {
    let site = Site::new();
    let answer = Jar::default().ask_with(&site.app, "GET /callback?code=secret-code", NAVIGATES, "").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenges(), CHALLENGE);
    assert!(answer.body.contains("href=\"/login"), "{}", answer.body);
    assert!(!answer.body.contains("secret-code"), "{}", answer.body);
}

/// Returns the request to the provider with another value.
fn changed(asked: &Asked, name: &str, value: &str) -> Asked {
    let mut asked = asked.clone();
    asked.insert(name.to_owned(), value.to_owned());
    asked
}

#[tokio::test(start_paused = true)]
async fn pkce_verifier_and_redirect_uri_are_those_of_the_login() {
    let site = Site::new();
    for (name, value) in [
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("redirect_uri", "https://evil.example/callback"),
    ] {
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "").await;
        let answer = site.idp.answer(&changed(&asked, name, value), &json!({}));
        let answer = jar.ask(&site.app, &format!("GET {answer}")).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "credentials_rejected"));
    }
}

/// A page of another site cannot sign a user out or act for them.
#[tokio::test(start_paused = true)]
async fn other_sites_cannot_sign_out() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    for fields in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://id.example")]] {
        for path in ["/logout", "/change"] {
            let answer = jar.ask_with(&site.app, &format!("POST {path}"), fields, "").await;
            answer.assert_denied(403, "cross_site", &[]);
        }
    }
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
    assert_eq!(site.status(&mut jar, "GET /logout").await, 405);
}
