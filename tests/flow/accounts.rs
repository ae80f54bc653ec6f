//! Accounts from a database: the token identifies the caller, and the database has its rights.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authgate::denial::DenialMessage;
use authgate::routing::get;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{ResolveError, Scheme};
use authgate::testing::{probe, test_principal_with};
use authgate::{Authenticated, Context, Gate, Resolve, Roles, Router, requires};
use authgate_tests::app;
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::token::{ISSUER, now, token};
use serde::Deserialize;
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Role)]
pub(crate) enum Rank {
    Admin,
}

/// An account, which is not deserialized from a token.
#[derive(authgate::Principal)]
#[principal(role = Rank)]
pub(crate) struct Account {
    #[principal(id)]
    name: String,
    #[principal(roles)]
    roles: Roles<Rank>,
}

#[derive(Clone, Deserialize)]
struct Claims {
    sub: String,
}

static SUSPENDED: DenialMessage = DenialMessage::new("account_suspended", "Your account is suspended.");

/// A database that counts its queries.
#[derive(Clone, Default)]
struct Db {
    queries: Arc<AtomicUsize>,
    admins: Arc<AtomicUsize>,
}

impl Resolve<Claims> for Db {
    type Principal = Account;

    async fn resolve(&self, claims: Claims, context: &Context) -> Result<Account, ResolveError> {
        self.queries.fetch_add(1, Ordering::SeqCst);
        assert_eq!(context.issuer(), Some(ISSUER));
        match claims.sub.as_str() {
            "nobody" => return Err(ResolveError::UnknownAccount),
            "suspended" => return Err(ResolveError::Forbidden(&SUSPENDED)),
            "down" => Err(std::io::Error::other("the password of the database is hunter2"))?,
            "slow" => pending().await,
            "broken" => panic!("the query is wrong"),
            "unnamed" => return Ok(Account { name: String::new(), roles: Roles::default() }),
            _ => {}
        }
        tokio::task::yield_now().await;
        let roles = (self.admins.load(Ordering::SeqCst) > 0).then_some(Rank::Admin);
        Ok(Account { name: claims.sub, roles: roles.into_iter().collect() })
    }
}

async fn me(account: Authenticated<Account>) -> String {
    account.name.clone()
}

#[requires(role = Rank::Admin)]
async fn purge() {}

#[requires(fresh = "5m", principal = Account)]
async fn pay() {}

#[requires(issuer = "https://partner.example", principal = Account)]
async fn partner() {}

fn routes() -> Router<Gate<Account>> {
    Router::new()
        .route("/me", get(me))
        .route("/purge", get(purge))
        .route("/pay", get(pay))
        .route("/partner", get(partner))
}

fn app(scheme: impl Scheme<Account>) -> axum::Router {
    let gate = Gate::builder().scheme(scheme).timeout(Duration::from_millis(200)).build().unwrap();
    routes().with_state(gate)
}

/// Returns an application without a cache of tokens and one with a cache.
fn apps(db: &Db) -> [axum::Router; 2] {
    let cached = app::bearer().cached(CacheSize::mebibytes(1));
    [app(app::bearer().resolve(db.clone())), app(cached.resolve(db.clone()))]
}

async fn ask_as(app: &axum::Router, line: &str, subject: &str) -> Answer {
    ask_with(app, line, &token(&json!({ "sub": subject }))).await
}

#[tokio::test]
async fn change_of_role_or_account_takes_effect_on_the_next_request() {
    let db = Db::default();
    let token = token(&json!({}));
    for app in apps(&db) {
        db.admins.store(0, Ordering::SeqCst);
        ask_with(&app, "GET /purge", &token).await.assert_denied(403, "role_missing", &[]);
        db.admins.store(1, Ordering::SeqCst);
        let queries = db.queries.load(Ordering::SeqCst);
        assert_eq!(ask_with(&app, "GET /purge", &token).await.status, 200);
        assert_eq!(db.queries.load(Ordering::SeqCst), queries + 1, "one query per request");
    }
}

#[tokio::test]
async fn caller_without_a_usable_account_is_403_without_a_challenge() {
    for app in apps(&Db::default()) {
        ask_as(&app, "GET /me", "ada").await.assert_is(200, "ada");
        ask_as(&app, "GET /me", "nobody").await.assert_denied(403, "account_unknown", &[]);
        ask_as(&app, "GET /me", "suspended").await.assert_denied(403, "account_suspended", &[]);
    }
}

#[tokio::test]
async fn source_that_fails_or_is_slow_is_503_and_that_panics_500() {
    for app in apps(&Db::default()) {
        for (subject, status, reason) in [
            ("down", 503, "undecided"),
            ("slow", 503, "undecided"),
            ("unnamed", 503, "undecided"),
            ("broken", 500, "failed"),
        ] {
            let answer = ask_as(&app, "GET /me", subject).await;
            answer.assert_denied(status, reason, &[]);
            assert!(!answer.body.contains("hunter2"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn invalid_tokens_do_not_reach_the_source() {
    let db = Db::default();
    for app in apps(&db) {
        let expired = token(&json!({ "exp": now() - 300 }));
        assert_eq!(ask_with(&app, "GET /me", &expired).await.reason(), "credentials_expired");
        ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
    }
    assert_eq!(db.queries.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn login_and_issuer_of_the_token_still_decide() {
    let fresh = token(&json!({ "auth_time": now() }));
    for app in apps(&Db::default()) {
        assert_eq!(ask_with(&app, "GET /pay", &fresh).await.status, 200);
        assert_eq!(ask_as(&app, "GET /pay", "ada").await.reason(), "step_up_required");
        ask_as(&app, "GET /partner", "ada").await.assert_denied(403, "issuer_not_accepted", &[]);
    }
}

#[tokio::test]
async fn closure_is_a_source() {
    let bearer = app::bearer().resolve(|claims: Claims| async move {
        match claims.sub.as_str() {
            "ada" => Ok(Account { name: claims.sub, roles: Roles::default() }),
            _ => Err(ResolveError::UnknownAccount),
        }
    });
    let app = app(bearer);
    ask_as(&app, "GET /me", "ada").await.assert_is(200, "ada");
    ask_as(&app, "GET /me", "bob").await.assert_denied(403, "account_unknown", &[]);
}

#[tokio::test]
async fn probe_needs_no_database() {
    let db = Db::default();
    let gate = Gate::builder().scheme(app::bearer().resolve(db.clone())).build().unwrap();
    let document = routes().access().openapi().gate(&gate).build().unwrap();
    assert!(document["paths"]["/me"]["get"]["responses"]["403"].is_object(), "an unknown account");
    let lock = routes().access().lock().to_string();
    let file = std::env::temp_dir().join(format!("authgate-accounts-{}.lock", std::process::id()));
    std::fs::write(&file, lock).unwrap();
    let report = probe(routes(), gate, &file)
        .principal(test_principal_with(|| Account { name: "ada".to_owned(), roles: Roles::default() }))
        .await;
    report.assert_clean();
    std::fs::remove_file(file).unwrap();
    assert_eq!(db.queries.load(Ordering::SeqCst), 0);
}
