//! The event at debug level that tells the operator why a session is not accepted.

use std::time::Duration;

use authgate::scheme::bearer::InMemoryRevocations;
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::session::{COOKIE, Site};
use authgate_tests::token::token;
use serde_json::json;

use super::capture::{Event, capture_with_causes};

/// Returns the failed check, if there is one.
fn check_of(scheme: &str, events: &[Event]) -> Option<String> {
    let causes = events.iter().filter(|event| event.field("message") == Some("a credential was rejected"));
    let mut checks =
        causes.filter(|event| event.field("scheme") == Some(scheme)).map(|event| event.field("check"));
    let check = checks.next()?.map(str::to_owned);
    assert_eq!(checks.next(), None, "{events:?}");
    check
}

async fn me(site: &Site, cookie: &str) -> (Answer, Option<String>) {
    let (answer, events) = capture_with_causes(ask(&site.app, "GET /me", &[("cookie", cookie)])).await;
    (answer, check_of("Cookie", &events))
}

#[tokio::test]
async fn rejected_session_tells_the_check() {
    let signed_in = async || {
        let site = Site::new();
        let jar = site.signed_in("vera").await;
        let cookie = format!("{COOKIE}={}", jar.get(COOKIE).unwrap());
        (site, cookie)
    };
    let check = async |(site, cookie): (Site, String), reason: &str| {
        let (answer, check) = me(&site, &cookie).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, reason), "{check:?}");
        check
    };
    let (site, cookie) = signed_in().await;
    assert_eq!(me(&site, &cookie).await.1, None);
    assert_eq!(
        check((site, format!("{COOKIE}=x")), "credentials_malformed").await.as_deref(),
        Some("cookie")
    );

    let (site, _) = signed_in().await;
    let unknown = format!("{COOKIE}={}", "A".repeat(22));
    // A visitor without a sign-in is not rejected.
    assert_eq!(check((site, unknown), "credentials_missing").await, None);

    let (site, cookie) = signed_in().await;
    site.store.age(Duration::from_secs(13 * 60 * 60));
    assert_eq!(check((site, cookie), "credentials_expired").await.as_deref(), Some("lifetime"));

    let (site, cookie) = signed_in().await;
    site.people.change(|people| drop(people.as_mut().unwrap().remove("vera")));
    assert_eq!(check((site, cookie), "credentials_revoked").await.as_deref(), Some("account"));

    let (site, cookie) = signed_in().await;
    site.people.change(|people| drop(people.as_mut().unwrap().insert("vera".into(), "another".into())));
    let found = check((site, cookie), "credentials_revoked").await;
    assert_eq!(found.as_deref(), Some("secret of the account"));

    let (site, cookie) = signed_in().await;
    site.store.spoil();
    let found = check((site, cookie), "credentials_rejected").await;
    assert_eq!(found.as_deref(), Some("data of the session"));
}

#[tokio::test]
async fn token_that_cannot_be_revoked_tells_the_check() {
    async fn me(_: Authenticated<User>) {}
    let gate = Gate::builder().scheme(bearer().revoked_by(InMemoryRevocations::new())).build().unwrap();
    let app = Router::new().route("/me", authgate::routing::get(me)).with_state(gate);
    let (answer, events) = capture_with_causes(ask_with(&app, "GET /me", &token(&json!({})))).await;
    assert_eq!(answer.reason(), "credentials_malformed");
    assert_eq!(check_of("Bearer", &events).as_deref(), Some("token id, which revocation needs"));
}
