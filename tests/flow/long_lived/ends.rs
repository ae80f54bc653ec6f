//! The future itself, in paused time.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::{Challenge, CredentialError};
use authgate::scheme::bearer::{CacheSize, InMemoryRevocations, RevocationStatus, Revocations};
use authgate::scheme::{Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Context, Gate};
use authgate_tests::app::{User, bearer};
use authgate_tests::token::{now, token};
use http::HeaderValue;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::super::events::capture::capture;

/// Replies to one question after the other, and then repeats the last reply.
#[derive(Clone)]
struct Replies(Arc<(Vec<Reply>, AtomicUsize)>);

#[derive(Clone, Copy, Debug)]
enum Reply {
    Is(RevocationStatus),
    Panics,
    PanicsAtOnce,
    IsSilent,
}

use Reply::{Is, IsSilent, Panics, PanicsAtOnce};
use RevocationStatus::{Good, Revoked, Unavailable, WithoutId};

impl Replies {
    /// Replies so after the request itself.
    fn new(replies: &[Reply]) -> Self {
        Self(Arc::new(([&[Is(Good)], replies].concat(), AtomicUsize::new(0))))
    }

    fn asked(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }

    fn next(&self) -> Reply {
        let (replies, asked) = &*self.0;
        let at = asked.load(Ordering::SeqCst);
        replies[at.min(replies.len() - 1)]
    }
}

impl Revocations for Replies {
    fn status_now(&self, _: &Context) -> Option<RevocationStatus> {
        if matches!(self.next(), PanicsAtOnce) {
            self.0.1.fetch_add(1, Ordering::SeqCst);
            panic!("of the application's");
        }
        None
    }

    async fn status(&self, _: &Context) -> RevocationStatus {
        let reply = self.next();
        self.0.1.fetch_add(1, Ordering::SeqCst);
        match reply {
            Is(status) => status,
            Panics | PanicsAtOnce => panic!("of the application's"),
            IsSilent => pending().await,
        }
    }
}

async fn caller(gate: &Gate<User>) -> Authenticated<User> {
    let token = token(&json!({ "jti": "id-1", "exp": now() + 30_000 }));
    gate.unauthenticated(Credentials::bearer(&token).unwrap()).authenticate().await.unwrap()
}

/// Returns the number of seconds after which the future completes, if it does within two minutes.
async fn seconds(expired: impl Future<Output = ()>) -> Option<u64> {
    let start = Instant::now();
    timeout(Duration::from_secs(120), expired).await.ok().map(|()| start.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn three_failures_in_a_row_end_a_credential() {
    let failing = |failure| [failure, failure, Is(Good), failure, failure, Is(Good)];
    for (replies, expected) in [
        (&[Is(Good)][..], None),
        (&[Is(Good), Is(Revoked)], Some(20)),
        (&[Is(WithoutId)], Some(10)),
        (&failing(Is(Unavailable)), None),
        (&failing(Panics), None),
        (&failing(PanicsAtOnce), None),
        (&failing(IsSilent), None),
        (&[Is(Unavailable)], Some(30)),
        (&[Panics], Some(30)),
        (&[PanicsAtOnce], Some(30)),
        (&[Is(Good), Is(Unavailable), Panics, PanicsAtOnce], Some(40)),
        // Each question has the timeout of the gate, two seconds.
        (&[IsSilent], Some(36)),
        (&[Is(Unavailable), Is(Revoked)], Some(20)),
    ] {
        let source = Replies::new(replies);
        let gate = Gate::builder().scheme(bearer().revoked_by(source.clone())).build().unwrap();
        let expired = caller(&gate).await.expired();
        let (ended, events) = capture(seconds(expired)).await;
        assert_eq!(ended, expected, "{replies:?}");
        let is_logged = events.iter().any(|event| event.field("failures") == Some("3"));
        assert_eq!(is_logged, matches!(expected, Some(30 | 36 | 40)), "{replies:?}: {events:?}");
    }
}

/// The cost is bounded: one question for each interval.
#[tokio::test(start_paused = true)]
async fn source_is_asked_every_ten_seconds_and_only_by_the_future() {
    let source = Replies::new(&[Is(Good)]);
    for cached in [false, true] {
        let bearer = bearer().revoked_by(source.clone());
        let gate = if cached {
            Gate::builder().scheme(bearer.cached(CacheSize::mebibytes(1))).build().unwrap()
        } else {
            Gate::builder().scheme(bearer).build().unwrap()
        };
        let caller = caller(&gate).await;
        let before = source.asked();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(source.asked(), before);
        let expired = caller.expired();
        drop(caller);
        assert_eq!(seconds(expired).await, None);
        assert!((11..=12).contains(&(source.asked() - before)), "{}", source.asked() - before);
    }
}

#[tokio::test(start_paused = true)]
async fn credential_without_an_end_never_ends() {
    let bearer = bearer().dangerous("a legacy issuer").without_expiry();
    let gate: Gate<User> = Gate::builder().scheme(bearer).build().unwrap();
    let token = token(&json!({ "exp": null }));
    let caller = gate.unauthenticated(Credentials::bearer(&token).unwrap()).authenticate().await.unwrap();
    assert!(timeout(Duration::from_secs(1_000_000), caller.expired()).await.is_err());
}

/// `Authorization: Ticket <number>`
struct Ticket(Arc<InMemoryRevocations>);

impl Scheme<User> for Ticket {
    fn challenge(&self) -> Challenge {
        Challenge::new("Ticket").realm("fair")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        match presented.authorization().credential_of("Ticket") {
            Some(b"42") => {
                let context = Context::of("Ticket").with_token_id(Arc::from("42"));
                let context = context.with_revocations(Arc::clone(&self.0));
                Outcome::Authenticated(Identity::new(User::new("vera", &[], &[]), context)).into()
            }
            _ => Outcome::Rejected(CredentialError::Rejected).into(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn custom_scheme_names_its_source() {
    let revoked = Arc::new(InMemoryRevocations::new());
    let gate = Gate::builder().scheme(Ticket(Arc::clone(&revoked))).build().unwrap();
    let ticket = Credentials::authorization(HeaderValue::from_static("Ticket 42"));
    let caller = gate.unauthenticated(ticket).authenticate().await.unwrap();
    assert_eq!(seconds(caller.expired()).await, None);
    revoked.revoke_token("", "42", SystemTime::now() + Duration::from_secs(3600));
    assert_eq!(seconds(caller.expired()).await, Some(10));
}
