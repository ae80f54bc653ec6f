//! A service whose routes need each kind of shared state, and its clients.

use std::time::{Duration, SystemTime};

use authgate::oauth::{AccessTokens, Dpop};
use authgate::routing::{get, post};
use authgate::scheme::api_key::{KeyRecord, NewKey};
use authgate::scheme::bearer::{Revocation, RevocationStore as _};
use authgate::scheme::{ApiKey, Basic, Digest, Issuer, Keys, Login};
use authgate::session::{Accounts as _, Sessions};
use authgate::{Authenticated, Denial, Gate, Principal, Router, Unauthenticated, public, scheme::Scheme};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::digest::{Caller, REALM, Sent, challenge, users};
use authgate_tests::dpop::{self, ORIGIN};
use authgate_tests::http::basic as basic_field;
use authgate_tests::jar::Jar;
use authgate_tests::session::People;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use axum::extract::{FromRef, State as Extracted};
use serde_json::json;

use crate::state::{Change, Machine, State};

/// The password of each user.
pub(crate) const PASSWORD: &str = "correct horse";

const NONCE_KEY: [u8; 32] = [7; 32];

/// One process of the service.
pub(crate) struct Site<S> {
    pub(crate) state: S,
    bearer: axum::Router,
    dpop: axum::Router,
    session: axum::Router,
    login: axum::Router,
    digest: axum::Router,
    api_key: axum::Router,
}

async fn me<P: Principal>(caller: Authenticated<P>) -> String {
    caller.id().to_string()
}

fn app<P: Principal>(scheme: impl Scheme<P>) -> axum::Router {
    let gate = Gate::<P>::builder().scheme(scheme).build().unwrap();
    Router::new().route("/me", get(me::<P>)).with_state(gate)
}

#[derive(Clone, FromRef)]
struct WithSessions {
    gate: Gate<User>,
    sessions: Sessions,
    people: People,
}

#[public(reason = "people sign in here")]
async fn sign_in(
    caller: Unauthenticated<User>,
    Extracted(app): Extracted<WithSessions>,
) -> Result<(), Denial> {
    let account = app.people.find("vera").await.unwrap().unwrap();
    app.sessions.sign_in(&caller, "vera", &account).await
}

#[public(reason = "people sign out here")]
async fn sign_out(
    caller: Unauthenticated<User>,
    Extracted(app): Extracted<WithSessions>,
) -> Result<(), Denial> {
    app.sessions.sign_out(&caller).await
}

fn with_sessions(sessions: Sessions) -> axum::Router {
    let people = People::default();
    let gate = Gate::builder().scheme(sessions.scheme(people.clone()).realm("app")).build().unwrap();
    Router::new()
        .route("/me", get(me::<User>))
        .route("/login", post(sign_in))
        .route("/logout", post(sign_out))
        .layer(sessions.layer())
        .with_state(WithSessions { gate, sessions, people })
}

async fn verify(name: String, password: String) -> Login<User> {
    if password == PASSWORD { Login::Verified(User::new(&name, &[], &[])) } else { Login::Wrong }
}

impl<S: State> Site<S> {
    pub(crate) fn new(state: S) -> Self {
        let tokens = AccessTokens::from(Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap()));
        let dpop = Dpop::of(&tokens.audience(AUDIENCE)).origin(ORIGIN).replay(state.replay());
        let limits = state.limits().per_client(3, Duration::from_secs(60));
        let digest = Digest::new(users()).realm(REALM).nonce_key(NONCE_KEY).replay(state.replay());
        Self {
            bearer: app::<User>(bearer().revoked_by(state.revocations())),
            dpop: app::<User>(dpop),
            session: with_sessions(state.sessions()),
            login: app::<User>(Basic::new(verify).realm("api").attempts(&limits)),
            digest: app::<Caller>(digest),
            api_key: app::<Machine>(ApiKey::header("x-api-key", state.api_keys()).realm("api")),
            state,
        }
    }

    pub(crate) async fn ask_with_token(&self, token: &str) -> Answer {
        ask_with(&self.bearer, "GET /me", token).await
    }

    pub(crate) async fn ask_with_proof(&self, token: &str, proof: &str) -> Answer {
        dpop::send(&self.dpop, "GET /me", token, proof).await
    }

    pub(crate) async fn ask_in_session(&self, jar: &mut Jar, line: &str) -> Answer {
        jar.ask(&self.session, line).await
    }

    pub(crate) async fn log_in(&self, name: &str, password: &str, address: &str) -> Answer {
        let field = basic_field(&format!("{name}:{password}"));
        let credential = field.trim().strip_prefix("Authorization: ").unwrap();
        ask(&self.login, "GET /me", &[("authorization", credential), ("x-address", address)]).await
    }

    pub(crate) async fn digest_challenge(&self) -> String {
        challenge(&self.digest).await
    }

    pub(crate) async fn ask_with_digest(&self, sent: &Sent) -> Answer {
        sent.ask(&self.digest, "GET /me").await
    }

    pub(crate) async fn ask_with_key(&self, key: &str) -> Answer {
        ask(&self.api_key, "GET /me", &[("x-api-key", key)]).await
    }
}

/// The end of everything in a test.
pub(crate) fn in_an_hour() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

/// Clients with valid credentials, and with credentials that must be rejected.
pub(crate) struct Clients {
    token: String,
    revoked: Vec<String>,
    device: dpop::Client,
    bound: String,
    used_proof: String,
    jar: Jar,
    signed_out: Jar,
    nonce: Sent,
    count: u32,
    key: NewKey,
    revoked_key: NewKey,
}

/// An operation with its status.
pub(crate) type Statuses = Vec<(&'static str, u16)>;

impl Clients {
    /// Creates credentials at a working service, and uses each once.
    pub(crate) async fn of<S: State>(site: &Site<S>) -> Self {
        let revoked = [
            json!({ "jti": "gone" }),
            json!({ "jti": "x-1", "sub": "ada" }),
            json!({ "jti": "x-2", "sid": "session-1" }),
        ];
        // Issued before they are revoked.
        let revoked = revoked.iter().map(token).collect();
        for revocation in [
            Revocation::Token { issuer: ISSUER, id: "gone" },
            Revocation::Subject { issuer: ISSUER, subject: "ada" },
            Revocation::Session { issuer: ISSUER, session: "session-1" },
        ] {
            site.state.revocations().revoke(revocation, in_an_hour()).await.unwrap();
        }
        let device = dpop::Client::default();
        let bound = device.token(&json!({}));
        let used_proof = device.proof(&device.claims("GET /me", &bound));
        site.ask_with_proof(&bound, &used_proof).await.assert_is(200, "vera");
        let [mut jar, mut signed_out] = [Jar::default(), Jar::default()];
        for jar in [&mut jar, &mut signed_out] {
            assert_eq!(site.ask_in_session(jar, "POST /login").await.status, 200);
        }
        let mut old = signed_out.clone();
        assert_eq!(site.ask_in_session(&mut signed_out, "POST /logout").await.status, 200);
        std::mem::swap(&mut old, &mut signed_out);
        let [key, revoked_key] = [(); 2].map(|()| NewKey::generate("acme").unwrap());
        for key in [&key, &revoked_key] {
            site.state.insert_key(key.digest(), KeyRecord::new(Machine::new("ci"))).await.unwrap();
        }
        assert!(site.state.change_key(revoked_key.digest(), Change::Revoke).await.unwrap());
        let nonce = Sent::by_alice(&site.digest_challenge().await, "GET /me");
        site.ask_with_digest(&nonce).await.assert_is(200, "alice");
        Self {
            token: token(&json!({ "jti": "id-1" })),
            revoked,
            device,
            bound,
            used_proof,
            jar,
            signed_out,
            nonce,
            count: 1,
            key,
            revoked_key,
        }
    }

    /// Sends a valid request for each kind of state.
    pub(crate) async fn valid<S: State>(&mut self, site: &Site<S>) -> Statuses {
        self.count += 1;
        let nonce = self.nonce.clone().nth(self.count);
        let proof = self.device.proof(&self.device.claims("GET /me", &self.bound));
        let answers = tokio::join!(
            site.ask_with_token(&self.token),
            site.ask_with_proof(&self.bound, &proof),
            site.ask_in_session(&mut self.jar, "GET /me"),
            site.log_in("vera", PASSWORD, "192.0.2.1"),
            site.ask_with_digest(&nonce),
            site.ask_with_key(self.key.text()),
        );
        vec![
            ("token", answers.0.status.as_u16()),
            ("proof", answers.1.status.as_u16()),
            ("session", answers.2.status.as_u16()),
            ("login", answers.3.status.as_u16()),
            ("digest", answers.4.status.as_u16()),
            ("api key", answers.5.status.as_u16()),
        ]
    }

    /// Sends requests that must never be allowed: with revoked and used credentials.
    pub(crate) async fn invalid<S: State>(&mut self, site: &Site<S>) -> Statuses {
        let answers = tokio::join!(
            site.ask_with_token(&self.revoked[0]),
            site.ask_with_token(&self.revoked[1]),
            site.ask_with_token(&self.revoked[2]),
            site.ask_with_proof(&self.bound, &self.used_proof),
            async { site.ask_in_session(&mut self.signed_out.clone(), "GET /me").await },
            site.ask_with_digest(&self.nonce),
            site.ask_with_key(self.revoked_key.text()),
        );
        vec![
            ("revoked token", answers.0.status.as_u16()),
            ("token of a revoked subject", answers.1.status.as_u16()),
            ("token of a revoked session", answers.2.status.as_u16()),
            ("used proof", answers.3.status.as_u16()),
            ("session after sign-out", answers.4.status.as_u16()),
            ("used digest", answers.5.status.as_u16()),
            ("revoked api key", answers.6.status.as_u16()),
        ]
    }

    /// Asserts that the service works, and that nothing was lost.
    pub(crate) async fn assert_intact<S: State>(&mut self, site: &Site<S>) {
        let valid = self.valid(site).await;
        assert!(valid.iter().all(|(_, status)| *status == 200), "{valid:?}");
        let invalid = self.invalid(site).await;
        assert!(invalid.iter().all(|(_, status)| *status == 401), "{invalid:?}");
    }
}
