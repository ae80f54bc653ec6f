//! Used nonce counts in a store that several processes share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use authgate::oauth::InMemoryOnce;
use authgate::scheme::digest::InMemoryDigestUsers;
use authgate::scheme::{BackendError, Digest, Once};
use authgate_tests::digest::{Caller, REALM, Sent, app_of, challenge, users};

const LINE: &str = "GET /me";

/// A store that counts its calls.
#[derive(Clone, Default)]
struct Counted(Arc<(InMemoryOnce, AtomicUsize)>);

impl Once for Counted {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        self.0.1.fetch_add(1, Ordering::SeqCst);
        // Another process may accept the nonce for 30 seconds longer.
        assert!(until > SystemTime::now() + Duration::from_secs(30));
        self.0.0.first(key, until).await
    }
}

impl Counted {
    fn calls(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

fn process(used: impl Once) -> axum::Router {
    app_of(digest().replay(used))
}

fn digest() -> Digest<InMemoryDigestUsers<Caller>> {
    Digest::new(users()).realm(REALM).nonce_key([7; 32])
}

#[tokio::test]
async fn count_is_accepted_once_by_all_processes_in_any_order() {
    let used = Counted::default();
    let one = process(used.clone());
    let sent = Sent::by_alice(&challenge(&one).await, LINE);
    tokio::time::sleep(Duration::from_millis(5)).await;
    // A process that starts later knows the counts from before.
    let other = process(used.clone());
    for (app, count, status) in [
        (&one, 5, 200),
        (&other, 5, 401),
        (&other, 1, 200),
        (&one, 1, 401),
        (&one, 900, 200),
        (&other, 2, 200),
    ] {
        let answer = sent.clone().nth(count).ask(app, LINE).await;
        assert_eq!(answer.status, status, "{count}");
        if status == 401 {
            assert_eq!(answer.reason(), "credentials_expired");
        }
    }
    assert_eq!(used.calls(), 6);
}

#[tokio::test]
async fn store_is_asked_only_for_a_correct_response_to_a_current_nonce() {
    let used = Counted::default();
    let lifetime = Duration::from_secs(1);
    let app = app_of(digest().nonce_lifetime(lifetime).replay(used.clone()));
    let sent = Sent::by_alice(&challenge(&app).await, LINE);
    let wrong = Sent::by("alice", "wrong", &challenge(&app).await, LINE);
    assert_eq!(wrong.ask(&app, LINE).await.reason(), "credentials_rejected");
    tokio::time::sleep(lifetime + Duration::from_millis(50)).await;
    assert_eq!(sent.ask(&app, LINE).await.reason(), "credentials_expired");
    assert_eq!(used.calls(), 0);
}

/// A store that fails.
struct Down;

impl Once for Down {
    async fn first(&self, _: &[u8; 32], _: SystemTime) -> Result<bool, BackendError> {
        Err(BackendError::new("down"))
    }
}

#[tokio::test]
async fn unavailable_store_is_503() {
    let app = process(Down);
    let sent = Sent::by_alice(&challenge(&app).await, LINE);
    sent.ask(&app, LINE).await.assert_denied(503, "undecided", &[]);
}
