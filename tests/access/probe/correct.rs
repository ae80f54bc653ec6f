//! Correct routers of every kind, for which the probe reports nothing.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::credentials::RequestCredentials;
use authgate::danger::TrustedProxy;
use authgate::denial::{Challenge, CredentialError};
use authgate::right::{All, Any, Factor, Fresh, Not, ViaScheme, factor};
use authgate::routing::{any, get, post};
use authgate::scheme::{Answer, Bearer, Outcome, Properties, Scheme};
use authgate::{Authenticated, Authorized, Gate, Router, public, requires};
use authgate_tests::app::{self, App, Role, bearer, role, scope};
use authgate_tests::scheme::{ApiKey, Ticket};
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::handler::Handler as _;
use axum::middleware::map_response;
use axum::response::Response;
use http::header::HeaderName;
use tower::service_fn;

use super::{app, probe_own_lock};

async fn me(_: Authenticated<app::User>) {}
async fn view(_: Authorized<role::Viewer>) {}
async fn edit(_: Authorized<role::Editor>, Path(_): Path<u64>) {}
async fn purge(_: Authorized<role::Admin>, _: String) {}

#[public(reason = "any caller")]
async fn open() {}

#[public(reason = "greets anonymous callers too")]
async fn greet(_: Option<Authenticated<app::User>>) {}

fn echo()
-> impl tower::Service<Request, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ Sync {
    service_fn(|_: Request| async { Ok(Response::new(Body::empty())) })
}

#[tokio::test]
async fn every_kind_of_route_passes() {
    let layer = || map_response(|response: Response| async { response });
    let router: Router<App> = Router::new()
        .route("/", any(me))
        .route("/greet", get(greet).head(open))
        .route("/reports/{id}", get(edit.layer(layer())).fallback(view).post(purge))
        .route("/files/{*rest}", get(view).layer(layer()))
        .route_service::<role::Admin>("/service", echo())
        .nest_service::<All<(role::Viewer, scope::ReadReports)>>("/inside", echo())
        .ungated("/assets", "static", axum::Router::new())
        .nest("/v1/{lang}", Router::new().route("/me", get(me).put(edit)).route("/{id}", get(edit)))
        .layer(layer())
        .method_not_allowed_fallback(view)
        .fallback(open);
    let report = probe_own_lock(router, app()).await;
    report.assert_clean();
    let router: Router<App> =
        Router::new().route("/x", get(me)).fallback(view).method_not_allowed_fallback(open);
    probe_own_lock(router, app()).await.assert_clean();
}

#[tokio::test]
async fn overlapping_paths_pass() {
    let router: Router<App> = Router::new()
        .route("/reports/{id}", get(edit))
        .route("/reports/1", get(view))
        .route("/{one}/{two}/{three}", get(edit))
        .fallback(open);
    probe_own_lock(router, app()).await.assert_clean();
}

type Mixed = Any<(role::Admin, All<(role::Editor, scope::WriteReports)>)>;
type NoAdmin = All<(role::Viewer, Not<role::Admin>)>;
type Strong = All<(role::Viewer, Fresh<300>, Factor<factor::ByOtp>)>;
type EitherLogin = Any<(role::Admin, Fresh<60>)>;

async fn mixed(_: Authorized<Mixed>) {}
async fn no_admin(_: Authorized<NoAdmin>) {}
async fn strong(_: Authorized<Strong>) {}
async fn either_login(_: Authorized<EitherLogin>) {}
async fn not_fresh(_: Authorized<All<(role::Viewer, Not<Fresh<60>>)>>) {}

#[requires(role = "viewer", acr = "gold")]
async fn gold() {}

fn rule_routes() -> Router<App> {
    Router::new()
        .route("/mixed", get(mixed))
        .route("/no-admin", get(no_admin))
        .route("/strong", post(strong))
        .route("/either-login", get(either_login))
        .route("/not-lately", get(not_fresh))
        .route("/gold", get(gold))
        .route("/me", get(me).post(me))
        .route("/greet", get(greet).post(greet))
}

#[tokio::test]
async fn every_form_of_rule_passes() {
    probe_own_lock(rule_routes(), app()).await.assert_clean();
}

async fn by_token(_: Authorized<All<(role::Viewer, ViaScheme<Bearer>)>>) {}

#[tokio::test]
async fn every_kind_of_gate_passes() {
    let gates: Vec<(&str, Gate<app::User>)> = vec![
        ("bearer", app::gate()),
        ("own", Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap()),
        (
            "own later",
            Gate::builder().scheme(Ticket { later: true, answers: true, name: "Ticket" }).build().unwrap(),
        ),
        ("own field", Gate::builder().scheme(ApiKey).build().unwrap()),
        (
            "both",
            Gate::builder().scheme(bearer()).scheme(ApiKey).scheme(Ticket::new("Ticket")).build().unwrap(),
        ),
        ("own first", Gate::builder().scheme(Ticket::new("Ticket")).scheme(bearer()).build().unwrap()),
        ("proxy", Gate::builder().scheme(proxy()).build().unwrap()),
        ("proxy and more", Gate::builder().scheme(bearer()).scheme(proxy()).build().unwrap()),
    ];
    for (name, gate) in gates {
        let takes_tokens = ["bearer", "both", "own first", "proxy and more"].contains(&name);
        let router =
            if takes_tokens { rule_routes().route("/by-token", get(by_token)) } else { rule_routes() };
        let report = probe_own_lock(router, App { gate, ..app() }).await;
        assert!(report.failures().is_empty(), "{name}: {report}");
    }
}

fn proxy() -> TrustedProxy<app::User> {
    TrustedProxy::new("x-forwarded-user", "the proxy replaces it", ["10.0.0.0/8"], |name| {
        Some(app::User::new(name, &[], &[]))
    })
    .realm("intranet")
}

#[tokio::test]
async fn routers_with_their_own_state_pass() {
    let inner: Router<super::rights::Two> = Router::new()
        .route("/strict", get(super::rights::read_strictly))
        .route("/serial", get(super::rights::strict_me));
    let router: Router<App> = Router::new()
        .route("/me", get(me))
        .nest("/machines", inner.with_state_nested(super::rights::two()))
        .merge(Router::new().route("/view", get(view)));
    probe_own_lock(router, app()).await.assert_clean();
}

/// The probe presents an invalid value on each route, which the scheme counts.
#[tokio::test]
async fn probe_accepts_429_of_a_scheme_that_limits_attempts() {
    let gate = Gate::builder().scheme(Limited(AtomicUsize::new(0))).build().unwrap();
    let router = Router::new().route("/me", get(me).post(me).put(me));
    probe_own_lock(router, gate).await.assert_clean();
}

/// A scheme that allows one attempt.
struct Limited(AtomicUsize);

impl Scheme<app::User> for Limited {
    fn challenge(&self) -> Challenge {
        Challenge::new("Pin").realm("door")
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key("x-pin")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<app::User> {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            return Outcome::Rejected(CredentialError::Rejected).into();
        }
        Outcome::Rejected(CredentialError::TooManyAttempts { retry_after: 60 }).into()
    }

    fn properties(&self) -> Properties {
        Properties::new().fields([HeaderName::from_static("x-pin")]).limits_attempts()
    }
}
