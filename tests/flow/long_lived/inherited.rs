//! Schemes around another one inherit its source of revocations. Services wait for it as well.

use std::convert::Infallible;

use authgate::credentials::RequestCredentials;
use authgate::denial::Challenge;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Answer, Bearer, Properties, Relocated, Scheme, Wrapped};
use authgate::{Caller, Principal};
use authgate_tests::ask::{Answer as Response, ask};
use axum::extract::Request;
use tower::service_fn;

use super::*;

/// Responds when the credential ends.
async fn wait<P: Principal>(user: Authenticated<P>) -> &'static str {
    user.expired().await;
    "ended"
}

async fn wait_in_service(request: Request) -> Result<&'static str, Infallible> {
    let caller = request.extensions().get::<Caller<User>>().expect("a caller");
    caller.expired().await;
    Ok("ended")
}

fn app(scheme: impl Scheme<User>) -> axum::Router {
    Router::new()
        .route("/wait", get(wait::<User>))
        .route_service::<Authenticated<User>>("/service", service_fn(wait_in_service))
        .with_state(Gate::builder().scheme(scheme).build().unwrap())
}

/// A scheme by hand, which states nothing about revocations.
struct ByHand(Bearer);

impl Scheme<User> for ByHand {
    fn challenge(&self) -> Challenge {
        Scheme::<User>::challenge(&self.0)
    }

    fn properties(&self) -> Properties {
        Scheme::<User>::properties(&self.0)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        Scheme::<User>::authenticate(&self.0, presented).map(|user: User| User::new(&user.sub, &[], &[]))
    }
}

/// Sends two requests, and revokes the token of the first one after 25 seconds.
async fn assert_ends_with_the_revocation(app: &axum::Router, path: &str, revoked: &InMemoryRevocations) {
    let asked = |id: &str| {
        let token = token(&json!({ "jti": id, "exp": now() + 600 }));
        let (app, line) = (app.clone(), format!("GET {path}"));
        let fields = [("authorization", format!("Bearer {token}")), ("cookie", format!("token={token}"))];
        async move { ask(&app, &line, &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await }
    };
    let first = tokio::spawn(asked("id-1"));
    let second = tokio::spawn(asked("id-2"));
    sleep(Duration::from_secs(25)).await;
    assert!(!first.is_finished());
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    let ended: Response = timeout(Duration::from_secs(11), first).await.expect("the end").unwrap();
    ended.assert_is(200, "ended");
    sleep(Duration::from_secs(60)).await;
    assert!(!second.is_finished(), "the other token is not revoked");
}

#[tokio::test(start_paused = true)]
async fn scheme_around_another_inherits_its_source() {
    let apps: [fn(Bearer) -> axum::Router; 6] = [
        app,
        |bearer| app(bearer.cached(CacheSize::mebibytes(1))),
        |bearer| app(Relocated::in_cookie(bearer, "token")),
        |bearer| app(Wrapped::new(bearer, |answer: Answer<User>, _| answer)),
        |bearer| app(ByHand(bearer)),
        |bearer| app(bearer.resolve(async |user: User| Ok(User::new(&user.sub, &[], &[])))),
    ];
    for around in apps {
        for path in ["/wait", "/service"] {
            let revoked = InMemoryRevocations::new();
            let app = around(bearer().revoked_by(revoked.clone()));
            assert_ends_with_the_revocation(&app, path, &revoked).await;
        }
    }
}

/// The caller of a layer names the same source as the proof of the handler.
#[tokio::test(start_paused = true)]
async fn remembered_caller_ends_with_the_revocation() {
    let revoked = InMemoryRevocations::new();
    let gate: Gate<User> = Gate::builder().scheme(bearer().revoked_by(revoked.clone())).build().unwrap();
    let identify = async |_: Authenticated<User>, request: Request, next: axum::middleware::Next| {
        next.run(request).await
    };
    let app = Router::new()
        .route("/wait", get(wait::<User>))
        .layer(axum::middleware::from_fn_with_state(gate.clone(), identify))
        .with_state(gate);
    assert_ends_with_the_revocation(&app, "/wait", &revoked).await;
}
