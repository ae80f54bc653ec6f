//! Sessions: signing in and out, expiry, and a store that fails.

mod changed;
mod failing;
mod refused;
mod remembered;
mod two_gates;

use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Site};
use std::time::Duration;

const CHALLENGE: &[&str] = &["Cookie realm=\"app\""];
const MINUTE: Duration = Duration::from_secs(60);

/// RFC 6265bis section 4.1.3.
#[tokio::test]
async fn session_cookie_has_the_host_prefix_and_attributes() {
    let site = Site::new();
    let answer = Jar::default().post(&site.app, "/login", "who=vera").await;
    let line = answer.header("set-cookie").unwrap();
    let value = line.strip_prefix("__Host-session=").unwrap().split(';').next().unwrap();
    assert_eq!(value.len(), 22, "128 bits at random");
    assert_eq!(line, format!("__Host-session={value}; Path=/; HttpOnly; SameSite=Lax; Secure"));
    assert_eq!(answer.header("cache-control"), Some("no-store"), "RFC 9111 section 7.3");

    let site = Site::with(|sessions| sessions.named("shop").dangerous("a laptop").without_secure(), true);
    let answer = Jar::default().post(&site.app, "/login", "who=vera").await;
    let line = answer.header("set-cookie").unwrap();
    assert!(line.starts_with("shop=") && line.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{line}");
}

/// Session fixation: the old id gives no access to the new session.
#[tokio::test]
async fn sign_in_renews_the_id_and_keeps_the_data() {
    let site = Site::new();
    let mut jar = Jar::default();
    jar.post(&site.app, "/buy", "").await;
    let mut before = jar.clone();
    assert_eq!(jar.post(&site.app, "/login", "who=vera").await.status, 303);
    assert_ne!(jar.get(COOKIE), before.get(COOKIE));
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
    before.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CHALLENGE);
    before.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
    assert_eq!(site.store.sessions(), 1);
}

#[tokio::test]
async fn second_sign_in_renews_the_id() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let mut before = jar.clone();
    jar.post(&site.app, "/buy", "").await;
    jar.post(&site.app, "/login", "who=vera").await;
    assert_ne!(jar.get(COOKIE), before.get(COOKIE));
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
    assert_eq!(before.ask(&site.app, "GET /me").await.status, 401);
}

#[tokio::test]
async fn sign_in_of_another_account_clears_the_data() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    jar.post(&site.app, "/buy", "").await;
    jar.post(&site.app, "/login", "who=ada").await;
    jar.ask(&site.app, "GET /me").await.assert_is(200, "ada");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
}

#[tokio::test]
async fn sign_out_ends_the_session_and_can_be_repeated() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let mut stolen = jar.clone();
    let mut other_tab = jar.clone();
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200);
    assert_eq!((jar.get(COOKIE), site.store.sessions()), (None, 0));
    assert_eq!(stolen.ask(&site.app, "GET /me").await.status, 401);
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200, "without a cookie");
    assert_eq!(other_tab.post(&site.app, "/logout", "").await.status, 200, "with one of no session");
    assert_eq!(other_tab.get(COOKIE), None);
}

/// A page loaded before the user signed in or out in another tab.
#[tokio::test]
async fn sign_in_and_sign_out_work_after_a_change_in_another_tab() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    assert_eq!(jar.post(&site.app, "/login", "who=ada").await.status, 303);
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200);
    assert_eq!(jar.post(&site.app, "/login", "who=vera&return_to=/me").await.status, 303);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

/// A response to a request with the old id must not remove the new cookie.
#[tokio::test]
async fn request_with_an_old_id_does_not_delete_the_cookie() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let mut old_tab = jar.clone();
    jar.post(&site.app, "/login", "who=vera").await;
    for line in ["GET /me", "GET /greet", "GET /cart"] {
        let answer = old_tab.ask(&site.app, line).await;
        assert_eq!(answer.header("set-cookie"), None, "{line}");
    }
    old_tab.ask(&site.app, "GET /greet").await.assert_is(200, "stranger");
}

/// A request in progress while its session was signed out.
#[tokio::test]
async fn request_in_progress_does_not_revive_a_signed_out_session() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let (app, mut slow) = (site.app.clone(), jar.clone());
    let under_way = tokio::spawn(async move { slow.post(&app, "/slow", "").await.status });
    site.gates.read.notified().await;
    jar.post(&site.app, "/logout", "").await;
    site.gates.go_on.notify_one();
    assert_eq!(under_way.await.unwrap(), 200);
    assert_eq!(site.store.sessions(), 0);
}

#[tokio::test]
async fn idle_session_expires() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.store.make_idle(31 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CHALLENGE);
    jar.ask(&site.app, "GET /greet").await.assert_is(200, "stranger");
}

#[tokio::test]
async fn use_extends_the_session_with_few_store_writes() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let written = site.store.saves();
    for _ in 0..20 {
        jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    }
    site.store.make_idle(2 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    assert_eq!(site.store.saves(), written, "less than a tenth has passed");
    site.store.make_idle(2 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    assert_eq!(site.store.saves(), written + 1);
    site.store.make_idle(29 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn session_expires_after_its_absolute_lifetime() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.store.age(719 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    site.store.age(2 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_expired", CHALLENGE);
    assert_eq!(site.store.sessions(), 0, "and is deleted");
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CHALLENGE);
}

#[tokio::test]
async fn password_change_revokes_all_sessions_of_the_account() {
    let site = Site::new();
    let (mut here, mut there) = (site.signed_in("vera").await, site.signed_in("vera").await);
    let mut ada = site.signed_in("ada").await;
    site.people.change(|people| {
        people.as_mut().unwrap().insert("vera".to_owned(), "second password".to_owned());
    });
    for jar in [&mut here, &mut there] {
        jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_revoked", CHALLENGE);
        jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CHALLENGE);
    }
    ada.ask(&site.app, "GET /me").await.assert_is(200, "ada");
    here.post(&site.app, "/login", "who=vera").await;
    here.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn deleted_account_revokes_its_sessions() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    site.people.change(|people| drop(people.as_mut().unwrap().remove("vera")));
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_revoked", CHALLENGE);
}

#[tokio::test]
async fn context_of_a_session_has_scheme_and_lifetime() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    jar.post(&site.app, "/change", "").await.assert_is(200, "Cookie 43200");
}

/// Login CSRF: RFC 6265bis section 8.8.1, and Go's `net/http`.
#[tokio::test]
async fn cross_site_post_cannot_sign_in_sign_out_or_change_data() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in ["/login", "/logout", "/change"] {
        for fields in [
            &[form, ("sec-fetch-site", "cross-site")][..],
            &[form, ("sec-fetch-site", "same-site")],
            &[form, ("origin", "https://evil.example")],
            &[form, ("origin", "null")],
        ] {
            let answer = jar.ask_with(&site.app, &format!("POST {path}"), fields, "who=ada").await;
            answer.assert_denied(403, "cross_site", &[]);
            assert_eq!(answer.header("set-cookie"), None);
        }
        jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    }
    let own = [form, ("origin", "https://app.example"), ("sec-fetch-site", "same-origin")];
    assert_eq!(jar.ask_with(&site.app, "POST /login", &own, "who=ada").await.status, 303);
}

/// RFC 9111 section 3 and RFC 9110 section 12.5.5.
#[tokio::test]
async fn session_response_is_private_and_varies_by_cookie() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let answer = jar.ask(&site.app, "GET /me").await;
    assert_eq!(answer.header("cache-control"), Some("private"));
    assert!(answer.header("vary").unwrap().contains("cookie"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn store_is_queried_only_if_the_session_is_needed() {
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let asked = site.store.loads();
    assert_eq!(jar.ask(&site.app, "GET /nowhere").await.status, 404);
    Jar::default().ask(&site.app, "GET /greet").await.assert_is(200, "stranger");
    assert_eq!((site.store.loads(), site.store.sessions()), (asked, 1));
}

#[tokio::test]
async fn in_memory_session_is_kept_between_requests() {
    use authgate::session::{Session, Sessions};
    let sessions = Sessions::in_memory();
    let handler = |session: Session| async move { session.insert("a", 1).await.unwrap() };
    let app = axum::Router::new().route("/", axum::routing::get(handler)).layer(sessions.layer());
    let mut jar = Jar::default();
    assert_eq!(jar.ask(&app, "GET /").await.status, 200);
    let first = jar.get(COOKIE).unwrap().to_owned();
    jar.ask(&app, "GET /").await;
    assert_eq!(jar.get(COOKIE), Some(first.as_str()));
}
