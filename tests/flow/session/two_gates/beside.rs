//! Concurrent sign-ins and sign-outs, requests in progress, and a store that fails.

use super::*;

/// A request in progress writes the session as it has read it.
#[tokio::test]
async fn request_in_progress_does_not_undo_a_sign_out() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/staff/login", "7").await;
    let (app, mut under_way) = (site.app.clone(), jar.clone());
    let under_way = tokio::spawn(async move { under_way.post(&app, "/slow", "").await.status });
    site.gates.read.notified().await;
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200);
    site.gates.go_on.notify_one();
    assert_eq!(under_way.await.unwrap(), 200);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
}

/// Starts a request that reads the session, signs the customer out, and completes the request.
async fn sign_out_during(site: &Site, path: &str) -> (Jar, Jar) {
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/buy", "").await;
    jar.post(&site.app, "/staff/login", "7").await;
    let (app, mut under_way, path) = (site.app.clone(), jar.clone(), path.to_owned());
    let under_way = tokio::spawn(async move {
        assert_eq!(under_way.post(&app, &path, "").await.status, 200);
        under_way
    });
    site.gates.read.notified().await;
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 200);
    site.gates.go_on.notify_one();
    (jar, under_way.await.unwrap())
}

#[tokio::test]
async fn id_renewal_does_not_undo_a_sign_out() {
    let site = site();
    let (_, mut renewed) = sign_out_during(&site, "/renew").await;
    renewed.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
}

#[tokio::test]
async fn slow_sign_in_clears_the_data_of_the_previous_account() {
    let site = site();
    let (_, mut signed_in) = sign_out_during(&site, "/slow/login").await;
    signed_in.ask(&site.app, "GET /me").await.assert_is(200, "customer 2");
    signed_in.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
    signed_in.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
}

#[tokio::test]
async fn failed_sign_in_keeps_the_other_gate_signed_in() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/staff/login", "7").await;
    site.store.be(Mood::CannotWriteOnce);
    jar.post(&site.app, "/login", "1").await.assert_denied(503, "undecided", &[]);
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
}

#[tokio::test]
async fn concurrent_sign_outs_of_two_gates_end_the_session() {
    for _ in 0..20 {
        let site = site();
        let mut jar = Jar::default();
        jar.post(&site.app, "/login", "1").await;
        jar.post(&site.app, "/staff/login", "7").await;
        let (mut one, mut other) = (jar.clone(), jar.clone());
        site.store.be_slow(true);
        let both =
            tokio::join!(one.post(&site.app, "/logout", ""), other.post(&site.app, "/staff/logout", ""));
        site.store.be_slow(false);
        assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (200, 200));
        assert_eq!(site.store.sessions(), 0);
    }
}

/// A sign-in to one gate must not restore a sign-in to another gate that has ended in the meantime.
#[tokio::test]
async fn sign_in_concurrent_with_a_sign_out_does_not_undo_it() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    let (mut signs_out, mut signs_in) = (jar.clone(), jar.clone());
    site.store.be_slow(true);
    let both =
        tokio::join!(signs_out.post(&site.app, "/logout", ""), signs_in.post(&site.app, "/staff/login", "7"));
    site.store.be_slow(false);
    assert_eq!((both.0.status.as_u16(), both.1.status.as_u16()), (200, 200));
    signs_in.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    signs_in.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
}

#[tokio::test]
async fn panic_in_store_is_500() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    site.store.be(Mood::Panics);
    for (path, form) in [("/staff/login", "7"), ("/logout", "")] {
        jar.clone().post(&site.app, path, form).await.assert_denied(500, "failed", &[]);
    }
    jar.ask(&site.app, "GET /me").await.assert_denied(500, "failed", &[]);
    let answer = Jar::default().post(&site.app, "/buy", "").await;
    answer.assert_denied(500, "failed", &[]);
    site.store.be(Mood::Well);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
}

/// The gate times out before the store has written. The stored session must not change, because the
/// data that this request has read can be out of date.
#[tokio::test(start_paused = true)]
async fn cancelled_expiry_does_not_write_the_session() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    site.store.age(std::time::Duration::from_secs(13 * 60 * 60));
    jar.post(&site.app, "/staff/login", "7").await;
    let saves = site.store.saves();
    site.store.be(Mood::HangsWritingOnce);
    jar.ask(&site.app, "GET /me").await.assert_denied(503, "undecided", &[]);
    assert_eq!(site.store.saves(), saves);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_expired", CUSTOMERS);
    assert!(site.store.saves() > saves);
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
}
