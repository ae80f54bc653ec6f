//! Sides that wait, load a resource, or have a login page, and other code that asks for the caller.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::credentials::RequestCredentials;
use authgate::denial::Challenge;
use authgate::routing::{get, post};
use authgate::scheme::{Answer, Digest, Identity, Outcome, Scheme};
use authgate::{
    Authenticated, Caller, Context, Decision, Either, Gate, Granted, Policy, Resource, Roles, Router,
};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::digest::{self, REALM, Sent, users, written};
use authgate_tests::token::token_of;
use axum::extract::{FromRef, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::json;
use tower::service_fn;

use super::{App, Crumb, MACHINES_PLAIN, Machine, machine, machines, state};

#[derive(Clone, FromRef)]
struct Site {
    people: Gate<digest::Caller>,
    machines: Gate<Machine>,
}

type PersonOrMachine = Either<Authenticated<digest::Caller>, Authenticated<Machine>>;

async fn whose(caller: PersonOrMachine) -> &'static str {
    match caller {
        Either::Left(_) => "a person",
        Either::Right(_) => "a machine",
    }
}

#[tokio::test]
async fn digest_on_one_side_passes_a_middleware_for_both_sides() {
    async fn audit(_: PersonOrMachine, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let site = Site {
        people: Gate::builder().scheme(Digest::new(users()).realm(REALM)).build().unwrap(),
        machines: Gate::builder().scheme(machines()).build().unwrap(),
    };
    let app = Router::new()
        .route("/me", get(whose))
        .layer(from_fn_with_state(site.clone(), audit))
        .with_state(site);
    let denied = ask(&app, "GET /me", &[]).await;
    let challenges = denied.challenges();
    assert_eq!(challenges[0], MACHINES_PLAIN);
    let sent = Sent::by_alice(challenges[1], "GET /me");
    sent.ask(&app, "GET /me").await.assert_is(200, "a person");
    let repeated = sent.ask(&app, "GET /me").await;
    assert_eq!(repeated.status, 401);
    assert_eq!(repeated.challenges()[0], MACHINES_PLAIN);
    assert_eq!(written(repeated.challenges()[1], "stale"), Some("true"));
    sent.nth(2).ask(&app, "GET /me").await.assert_is(200, "a person");
    ask_with(&app, "GET /me", &machine(&json!({}))).await.assert_is(200, "a machine");
}

#[tokio::test]
async fn browser_without_credentials_gets_the_login_page_of_either_side() {
    let users = Gate::builder().scheme(Crumb).login_page("/login").build().unwrap();
    let navigate = [("accept", "text/html"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    async fn left(_: Either<Authenticated<User>, Authenticated<Machine>>) {}
    async fn right(_: Either<Authenticated<Machine>, Authenticated<User>>) {}
    let routes = Router::<App>::new().route("/left", get(left)).route("/right", get(right));
    let app = routes.with_state(App { users, ..state() });
    for path in ["/left", "/right"] {
        let line = format!("GET {path}");
        let answer = ask(&app, &line, &navigate).await;
        answer.assert_is(303, "");
        assert_eq!(answer.header("location"), Some(&*format!("/login?return_to={path}")));
        // A machine whose token is rejected is not sent to a page.
        let token = format!("Bearer {}", machine(&json!({ "exp": 1 })));
        let rejected = [navigate.as_slice(), &[("authorization", &token)]].concat();
        assert_eq!(ask(&app, &line, &rejected).await.status, 401);
    }
}

#[derive(Debug)]
struct Reading {
    of: u64,
}

impl Resource<App> for Reading {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok((id < 10).then_some(Self { of: id }))
    }
}

struct Measured;

impl Policy<Reading> for Measured {
    type Principal = Machine;

    fn decide(machine: &Machine, reading: &Reading) -> Decision {
        Decision::allow_if(machine.serial == reading.of)
    }
}

async fn reading(caller: Either<Authenticated<User>, Granted<Measured, Reading>>) -> String {
    match caller {
        Either::Left(user) => format!("user {}", user.sub),
        Either::Right(reading) => format!("reading of {}", reading.of),
    }
}

#[tokio::test]
async fn resource_of_one_side_is_loaded_for_its_callers_only() {
    let routes = Router::new().route("/readings/{id}", get(reading));
    let line = "GET     /readings/{id} authenticated User | policy:Measured on Reading as Machine\n";
    assert_eq!(routes.access().to_string(), line);
    let app = routes.with_state(state());
    let machine = machine(&json!({}));
    ask_with(&app, "GET /readings/7", &machine).await.assert_is(200, "reading of 7");
    ask_with(&app, "GET /readings/8", &machine).await.assert_denied(403, "policy_denied", &[]);
    ask_with(&app, "GET /readings/99", &machine).await.assert_denied(404, "not_found", &[]);
    ask_with(&app, "GET /readings/x", &machine).await.assert_denied(404, "not_found", &[]);
    ask_with(&app, "GET /readings/99", &token_of(&[])).await.assert_is(200, "user vera");
    assert_eq!(ask(&app, "GET /readings/7", &[]).await.status, 401);
}

#[tokio::test]
async fn service_sees_the_caller_of_its_side() {
    async fn who(request: Request) -> Result<Response<String>, Infallible> {
        let user = request.extensions().get::<Caller<User>>().map(|user| user.sub.clone());
        let machine = request.extensions().get::<Caller<Machine>>().map(|machine| machine.serial);
        Ok(Response::new(format!("{user:?} {machine:?}")))
    }
    let app = Router::<App>::new()
        .route_service::<Either<Authenticated<User>, Authenticated<Machine>>>("/who", service_fn(who))
        .with_state(state());
    ask_with(&app, "GET /who", &token_of(&[])).await.assert_is(200, "Some(\"vera\") None");
    ask_with(&app, "GET /who", &machine(&json!({}))).await.assert_is(200, "None Some(7)");
}

/// A scheme of machines that counts how often it is asked.
struct Counted {
    asked: Arc<AtomicUsize>,
    later: bool,
}

impl Scheme<Machine> for Counted {
    fn challenge(&self) -> Challenge {
        Challenge::new("Ticket").realm("machines")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<Machine> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let machine = Machine { serial: 7, roles: Roles::default() };
        let outcome = Outcome::Authenticated(Identity::new(machine, Context::of("Ticket")));
        if self.later { Answer::Pending(Box::pin(async move { outcome })) } else { outcome.into() }
    }
}

/// A middleware with the sides in another order, the handler, and another parameter.
#[tokio::test]
async fn each_side_is_identified_once_per_request() {
    type Both = Either<Authenticated<User>, Authenticated<Machine>>;
    async fn audit(
        _: Either<Authenticated<Machine>, Authenticated<User>>,
        request: Request,
        next: Next,
    ) -> Response {
        next.run(request).await
    }
    async fn upload(caller: Both, again: Both, machine: Authenticated<Machine>) -> String {
        assert!(matches!((caller, again), (Either::Right(_), Either::Right(_))));
        machine.serial.to_string()
    }
    for later in [false, true] {
        let asked = Arc::new(AtomicUsize::new(0));
        let scheme = Counted { asked: Arc::clone(&asked), later };
        let state = App {
            users: Gate::builder().scheme(bearer()).build().unwrap(),
            machines: Gate::builder().scheme(scheme).build().unwrap(),
        };
        let app = Router::new()
            .route("/", post(upload))
            .layer(from_fn_with_state(state.clone(), audit))
            .with_state(state);
        ask(&app, "POST /", &[("authorization", "Ticket 7")]).await.assert_is(200, "7");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
