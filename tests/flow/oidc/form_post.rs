//! Answers as a form that the browser posts (OAuth 2.0 Form Post Response Mode).

use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use serde_json::json;

use super::world::{Asked, SESSION, Site, open_logins};

const FROM_PROVIDER: &[(&str, &str)] = &[
    ("origin", "https://id.example"),
    ("sec-fetch-site", "cross-site"),
    ("content-type", "application/x-www-form-urlencoded"),
];

fn site() -> Site {
    Site::with(authgate::oidc::LoginBuilder::form_post)
}

fn form(site: &Site, asked: &Asked) -> String {
    site.idp.answer(asked, &json!({})).split_once('?').unwrap().1.to_owned()
}

async fn post(site: &Site, jar: &mut Jar, form: &str) -> Answer {
    jar.ask_with(&site.app, "POST /callback", FROM_PROVIDER, form).await
}

#[tokio::test(start_paused = true)]
async fn form_of_the_provider_signs_in() {
    let site = site();
    let mut jar = Jar::default();
    let answer = jar.ask(&site.app, "GET /login?return_to=/me").await;
    assert!(answer.header("set-cookie").unwrap().ends_with("; HttpOnly; SameSite=None; Secure"));
    let asked = super::world::asked(&answer);
    assert_eq!(asked["response_mode"], "form_post");
    let answer = post(&site, &mut jar, &form(&site, &asked)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/me")), "{}", answer.body);
    assert_eq!(open_logins(&jar), 0);
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
}

/// The callback is the one cross-site request that may sign a user in.
#[tokio::test(start_paused = true)]
async fn origin_of_the_provider_is_not_trusted_for_anything_else() {
    let site = site();
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "").await;
    post(&site, &mut jar, &form(&site, &asked)).await;
    for path in ["/change", "/logout"] {
        let answer = jar.ask_with(&site.app, &format!("POST {path}"), FROM_PROVIDER, "").await;
        answer.assert_denied(403, "cross_site", &[]);
    }
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
}

#[tokio::test(start_paused = true)]
async fn forms_of_other_logins_are_rejected() {
    let site = site();
    let (mut attacker, mut victim) = (Jar::default(), Jar::default());
    let asked = site.start(&mut attacker, "").await;
    let right = form(&site, &asked);
    for form in [
        right.clone(),
        String::new(),
        "code=a".to_owned(),
        format!("{right}&state={}", asked["state"]),
        "a".repeat(70_000),
        "%ff".to_owned(),
    ] {
        assert_eq!(post(&site, &mut victim, &form).await.status, 401);
        assert!(victim.get(SESSION).is_none());
    }
    // The answer must be a form: a link could be followed from anywhere.
    assert_eq!(site.status(&mut attacker, &format!("GET /callback?{right}")).await, 405);
    assert_eq!(post(&site, &mut attacker, &right).await.status, 303);
    assert_eq!(post(&site, &mut attacker, &right).await.status, 401, "a repeated form");
}
