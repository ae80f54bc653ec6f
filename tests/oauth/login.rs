//! Login by a certified OpenID provider, over real HTTP (OpenID Connect Core 1.0).

mod authlib;
mod chromium;
mod world;

use std::time::Duration;

use authgate::oidc::LoginBuilder;
use tokio::time::sleep;

use crate::user_agent::UserAgent;
use world::World;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn user_signs_in_and_returns_to_the_page() {
    let world = World::start().await;
    let mut browser = UserAgent::new();
    let page = browser.get(&world.url("/me?page=2")).await;
    assert_eq!((page.status, page.body.as_str()), (200, "ada - true"), "{page:?}");
    assert_eq!(page.url, world.url("/me?page=2"));
    assert!(!browser.has_cookie("__Host-login-"));
    // Another process has the same session.
    assert_eq!(browser.get(&format!("{}/me", world.other)).await.body, "ada - true");
    // The provider signs in silently.
    let mut tab = browser.clone();
    assert_eq!(tab.get(&world.url("/login?return_to=/me")).await.status, 200);
    let other_user = UserAgent::new().get(&world.url("/login?return_to=/me&login_hint=eve")).await;
    assert_eq!(other_user.body, "eve - true", "{other_user:?}");
}

/// RFC 9470: the route's own requirement reaches the provider, and its answer the session.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn user_steps_up_by_the_requirement_of_the_route() {
    let world = World::start().await;
    let mut browser = UserAgent::new();
    browser.get(&world.url("/me")).await;
    let page = browser.get(&world.url("/strong")).await;
    assert_eq!((page.status, page.body.as_str()), (200, "strong"), "{page:?}");
    assert!(browser.visited.iter().any(|url| url.contains("acr_values=urn%3Aexample%3Aotp")));
    let me = browser.get(&world.url("/me")).await;
    assert_eq!(me.body, "ada urn:example:otp true");
    assert_eq!(browser.get(&world.url("/otp")).await.body, "otp", "the methods are in the ID token");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn silent_login_does_not_satisfy_fresh() {
    let world = World::start().await;
    let mut browser = UserAgent::new();
    browser.get(&world.url("/me")).await;
    sleep(Duration::from_millis(3200)).await;
    // The session is new, and the login at the provider is three seconds old.
    browser.get(&world.url("/login")).await;
    let page = browser.get(&world.url("/fresh")).await;
    assert_eq!(page.body, "fresh", "{page:?}");
    assert!(browser.visited.iter().any(|url| url.contains("max_age=1&")), "{:?}", browser.visited);
    assert!(browser.visited.iter().any(|url| url.contains("/_auto/")), "the provider has asked again");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn silent_login_without_a_session_at_the_provider_is_401() {
    let world = World::start().await;
    let page = UserAgent::new().get(&world.url("/login?prompt=none")).await;
    assert_eq!(page.status, 401, "{page:?}");
    assert!(page.url.contains("error=login_required"), "{page:?}");
    assert!(!page.body.contains("login_required"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn answer_for_another_browser_is_rejected_and_counts_once() {
    let world = World::start().await;
    let (mut attacker, mut victim) = (UserAgent::new(), UserAgent::new());
    let callback = world.url("/callback");
    let answer = attacker.get_until(&world.url("/login"), &callback).await;
    assert_eq!(victim.get(&answer).await.status, 401);
    assert!(!victim.has_cookie("__Host-session"));
    let mut copy = attacker.clone();
    assert_eq!(attacker.get(&answer).await.body, "home");
    assert_eq!(copy.get(&answer).await.status, 401);
    let at_other = answer.replace(&world.origin, &world.other);
    assert_eq!(copy.get(&at_other).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn answer_as_a_form_signs_in() {
    let world = World::with(LoginBuilder::form_post).await;
    let mut browser = UserAgent::new();
    let page = browser.get(&world.url("/me")).await;
    assert!(page.url.starts_with(world.provider.issuer()), "{page:?}");
    let page = browser.submit(&page, "").await;
    assert_eq!((page.status, page.body.as_str()), (200, "ada - true"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn login_survives_new_keys_and_fails_while_the_provider_is_down() {
    let world = World::start().await;
    let mut browser = UserAgent::new();
    assert_eq!(browser.get(&world.url("/me")).await.status, 200);
    world.provider.control("/_rotate").await;
    let page = UserAgent::new().get(&world.url("/me")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let mut other = UserAgent::new();
    let answer = other.get_until(&world.url("/login"), &world.url("/callback")).await;
    world.provider.control("/_down").await;
    assert_eq!(other.get(&answer).await.status, 503);
    assert!(!other.has_cookie("__Host-session"));
    assert_eq!(browser.get(&world.url("/me")).await.status, 200, "sessions do not need the provider");
}

/// OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn logout_ends_both_sessions_and_those_of_other_processes() {
    let world = World::start().await;
    let mut browser = UserAgent::new();
    browser.get(&world.url("/me")).await;
    // The session here ends first. The provider then asks the user.
    let page = browser.post(&world.url("/logout"), "").await;
    assert!(page.url.starts_with(world.provider.issuer()), "{page:?}");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(!browser.has_cookie("__Host-session"));
    let page = browser.submit(&page, "logout=yes").await;
    assert_eq!((page.url.as_str(), page.body.as_str()), (&*world.url("/"), "home"), "{page:?}");
    let page = browser.get(&world.url("/login?prompt=none")).await;
    assert_eq!(page.status, 401, "the session of the provider has ended: {page:?}");

    // The user signs out at the provider, which tells one process.
    let (mut browser, mut other_user) = (UserAgent::new(), UserAgent::new());
    browser.get(&world.url("/me")).await;
    other_user.get(&world.url("/login?login_hint=eve")).await;
    let page = browser.get(&format!("{}/session/end", world.provider.issuer())).await;
    browser.submit(&page, "logout=yes").await;
    let me = world.url("/me");
    let page = browser.get_until(&me, world.provider.issuer()).await;
    assert!(page.contains("/auth?"), "the session has ended: {page}");
    assert_eq!(other_user.get(&me).await.body, "eve - true");
}
