//! Observers see every decision, and change none.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authgate::credentials::Credentials;
use authgate::gate::AccessEvent;
use authgate::resource::Loaded;
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, Keys};
use authgate::{
    Authenticated, Authorized, Decision, Denial, Either, Gate, Granted, Policy, ProofRef, Resource, Router,
    Unauthenticated, public, requires,
};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{AUDIENCE, ISSUER, token, token_of, token_with};
use axum::extract::connect_info::MockConnectInfo;
use axum::extract::{FromRef, Path, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use jsonwebtoken::{Algorithm, Header};
use serde_json::json;
use tower::service_fn;

/// The decisions, one line each.
#[derive(Clone, Default)]
struct Trail(Arc<Mutex<Vec<String>>>);

impl Trail {
    fn write(&self, event: &AccessEvent<'_>) {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let line = [
            if event.is_allowed() { "allowed".to_owned() } else { "denied".to_owned() },
            shown(event.principal().map(ToString::to_string)),
            shown(event.scheme().map(ToString::to_string)),
            shown(event.rule().map(ToString::to_string)),
            shown(event.method().map(ToString::to_string)),
            shown(event.route().map(ToString::to_string)),
            shown(event.reason().map(|reason| reason.to_string())),
        ];
        assert_eq!(event.is_allowed(), event.denial().is_none() && event.status().is_none());
        self.0.lock().unwrap().push(line.join(" "));
    }

    /// Returns the decisions since the last call.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
}

struct Note {
    owner: &'static str,
}

impl Resource<App> for Note {
    type Key = u64;
    type Error = std::convert::Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok(match id {
            1 => Some(Self { owner: "vera" }),
            2 => Some(Self { owner: "ada" }),
            _ => None,
        })
    }
}

struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(user: &User, note: &Note) -> Decision {
        Decision::allow_if(user.sub == note.owner)
    }
}

async fn me(_: Authenticated<User>) {}

async fn purge(_: Authorized<role::Admin>) {}

async fn note(_: Granted<Owns, Note>) {}

#[requires(policy = Owns, on = Note, conceal)]
async fn hidden() {}

#[public(reason = "greets anonymous callers too")]
async fn greet(_: Option<Authenticated<User>>) {}

#[public(reason = "checks the caller itself")]
async fn by_hand(caller: Unauthenticated<User>, Path(id): Path<u64>) -> Result<(), Denial> {
    let caller = caller.authenticate().await?;
    let _: ProofRef<'_, role::Viewer, User> = caller.authorize_ref()?;
    let owner = if id == 1 { "vera" } else { "ada" };
    caller.authorize_on::<Owns, Note>(Loaded::from_store(Note { owner }))?;
    Ok(())
}

fn routes() -> Router<App> {
    Router::new()
        .route("/me", get(me))
        .route("/purge", post(purge))
        .route("/notes/{id}", get(note).put(hidden))
        .route("/greet", get(greet))
        .route("/hand/{id}", get(by_hand))
        .route_service::<role::Admin>(
            "/service",
            service_fn(async |_| Ok::<_, std::convert::Infallible>(Response::new(String::new()))),
        )
}

fn observed() -> (App, Trail) {
    let trail = Trail::default();
    let (first, second) = (trail.clone(), Arc::new(Mutex::new(0)));
    let gate = Gate::builder()
        .scheme(bearer())
        .scheme(Ticket { later: true, ..Ticket::new("Ticket") })
        .observe(move |event| first.write(event))
        .observe(move |_| *second.lock().unwrap() += 1)
        .build()
        .unwrap();
    (App { gate }, trail)
}

#[tokio::test]
async fn each_decision_is_seen_with_caller_rule_and_route() {
    let (state, trail) = observed();
    let app = routes().with_state(state);
    let admin = format!("Bearer {}", token_of(&["admin"]));
    let viewer = format!("Bearer {}", token_of(&["viewer"]));
    let editor = format!("Bearer {}", token(&json!({ "sub": "eve", "roles": ["editor"] })));
    let cases: [(&str, &str, &[&str]); 20] = [
        ("GET /me", "", &["denied - - - GET /me credentials_missing"]),
        ("GET /me", "Bearer x", &["denied - Bearer - GET /me credentials_malformed"]),
        ("GET /me", "Bearer a, Bearer b", &["denied - - - GET /me credentials_ambiguous"]),
        ("GET /me", &viewer, &["allowed vera Bearer - GET /me -"]),
        ("GET /me", "Ticket ada", &["allowed ada Ticket - GET /me -"]),
        ("GET /me", "Ticket down", &["denied - Ticket - GET /me undecided"]),
        ("POST /purge", &admin, &["allowed vera Bearer role:admin POST /purge -"]),
        ("POST /purge", &viewer, &["denied vera Bearer role:admin POST /purge role_missing"]),
        ("GET /service", &admin, &["allowed vera Bearer role:admin GET /service -"]),
        ("GET /notes/1", &viewer, &["allowed vera Bearer policy:Owns on Note GET /notes/{id} -"]),
        ("GET /notes/2", &viewer, &["denied vera Bearer policy:Owns on Note GET /notes/{id} policy_denied"]),
        ("GET /notes/3", &viewer, &["denied vera Bearer policy:Owns on Note GET /notes/{id} not_found"]),
        // The client gets 404, and the observer the reason.
        ("PUT /notes/2", &viewer, &["denied vera Bearer policy:Owns on Note PUT /notes/{id} policy_denied"]),
        ("GET /greet", "", &[]),
        ("GET /greet", &viewer, &["allowed vera Bearer - GET /greet -"]),
        ("GET /greet", "Ticket revoked", &["denied - Ticket - GET /greet credentials_revoked"]),
        (
            "GET /hand/1",
            &viewer,
            &[
                "allowed vera Bearer - GET /hand/{id} -",
                "allowed vera Bearer role:viewer - - -",
                "allowed vera Bearer policy:Owns on Note - - -",
            ],
        ),
        (
            "GET /hand/2",
            &editor,
            &[
                "allowed eve Bearer - GET /hand/{id} -",
                "allowed eve Bearer role:viewer - - -",
                "denied eve Bearer policy:Owns on Note - - policy_denied",
            ],
        ),
        ("GET /elsewhere", &viewer, &[]),
        ("PATCH /me", &viewer, &[]),
    ];
    for (line, authorization, decisions) in cases {
        ask(&app, line, &[("authorization", authorization)]).await;
        assert_eq!(trail.take(), decisions, "{line} {authorization}");
    }
}

#[tokio::test]
async fn middleware_and_handler_are_two_decisions() {
    async fn pass(_: Authenticated<User>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let (state, trail) = observed();
    let app = routes().route_layer(from_fn_with_state(state.clone(), pass)).with_state(state);
    assert_eq!(ask_with(&app, "POST /purge", &token_of(&["viewer"])).await.status, 403);
    assert_eq!(
        trail.take(),
        ["allowed vera Bearer - POST /purge -", "denied vera Bearer role:admin POST /purge role_missing",]
    );
}

#[tokio::test]
async fn event_has_issuer_peer_path_duration_and_id() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let ticket = Ticket { later: true, ..Ticket::new("Ticket") };
    let gate = Gate::builder().scheme(bearer()).scheme(ticket).observe(move |event| {
        let duration = event.duration().unwrap();
        assert!(duration < Duration::from_secs(60));
        noted.lock().unwrap().push((
            event.issuer().map(str::to_owned),
            event.peer(),
            event.path().map(str::to_owned),
            event.decision_id().map(|id| id.to_string()),
        ));
        assert!(event.actor().is_none());
        assert_eq!(event.denial().and_then(Denial::decision_id), event.decision_id());
    });
    let peer = SocketAddr::from(([203, 0, 113, 9], 4711));
    let app = routes().with_state(App { gate: gate.build().unwrap() }).layer(MockConnectInfo(peer));
    let answer = ask_with(&app, "POST /purge?token=secret", &token_of(&["viewer"])).await;
    ask(&app, "GET /me", &[("authorization", "Ticket ada")]).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let [(issuer, peer_of_denied, path, Some(id)), (None, Some(_), _, None)] = &*seen else {
        panic!("{seen:?}")
    };
    assert_eq!(issuer.as_deref(), Some(ISSUER));
    assert_eq!((*peer_of_denied, path.as_deref()), (Some(peer), Some("/purge")));
    assert!(answer.body.contains(id.as_str()), "{}", answer.body);
}

#[tokio::test]
async fn decisions_outside_of_a_request_are_seen() {
    let (state, trail) = observed();
    let token = token_of(&["admin"]);
    let caller =
        state.gate.unauthenticated(Credentials::bearer(&token).unwrap()).authenticate().await.unwrap();
    caller.authorize::<role::Admin>().unwrap();
    let wrong = state.gate.unauthenticated(Credentials::bearer("x").unwrap()).authenticate().await;
    assert!(wrong.is_err());
    assert_eq!(
        trail.take(),
        [
            "allowed vera Bearer - - - -",
            "allowed vera Bearer role:admin - - -",
            "denied - Bearer - - - credentials_malformed",
        ]
    );
}

#[tokio::test]
async fn both_gates_of_a_route_tell_their_own_observers() {
    #[derive(authgate::Principal)]
    struct Machine {
        #[principal(id)]
        name: String,
    }
    #[derive(Clone, FromRef)]
    struct Both {
        users: Gate<User>,
        machines: Gate<Machine>,
    }
    async fn upload(_: Either<Authorized<role::Admin>, Authenticated<Machine>>) {}
    let trails = [Trail::default(), Trail::default()];
    let [users, machines] = trails.clone();
    let of_ticket = authgate::scheme::Wrapped::new(Ticket::new("Ticket"), |answer, _| {
        answer.map(|user: User| Machine { name: user.sub })
    });
    let state = Both {
        users: Gate::builder().scheme(bearer()).observe(move |event| users.write(event)).build().unwrap(),
        machines: Gate::builder()
            .scheme(of_ticket)
            .observe(move |event| machines.write(event))
            .build()
            .unwrap(),
    };
    let app = Router::<Both>::new().route("/", post(upload)).with_state(state);
    ask_with(&app, "POST /", &token_of(&["admin"])).await;
    assert_eq!(trails.clone().map(|trail| trail.take().len()), [1, 0]);
    ask(&app, "POST /", &[("authorization", "Ticket ada")]).await;
    let [users, machines] = &trails;
    assert_eq!((users.take().len(), machines.take()), (0, vec!["allowed ada Ticket - POST / -".to_owned()]));
    ask(&app, "POST /", &[]).await;
    assert_eq!(users.take(), ["denied - - - POST / credentials_missing"]);
    assert_eq!(machines.take(), [""; 0]);
}

#[tokio::test]
async fn panicking_observer_changes_no_response_and_is_logged() {
    let gate = Gate::builder().scheme(bearer()).observe(|_| panic!("the observer is broken"));
    let app = routes().with_state(App { gate: gate.build().unwrap() });
    let asked = async {
        ask_with(&app, "POST /purge", &token_of(&["admin"])).await.assert_is(200, "");
        ask_with(&app, "GET /notes/1", &token_of(&[])).await.assert_is(200, "");
        ask_with(&app, "POST /purge", &token_of(&["viewer"])).await.assert_denied(403, "role_missing", &[]);
        assert_eq!(ask(&app, "GET /me", &[]).await.status, 401);
    };
    let ((), events) = crate::events::capture::capture(asked).await;
    let panics = events.iter().filter(|event| {
        event.target == "authgate::gate"
            && event.field("message") == Some("an observer of decisions panicked")
    });
    assert_eq!(panics.count(), 4);
}

/// A principal whose id cannot be written.
#[tokio::test]
async fn panicking_id_is_a_panic_of_the_observer() {
    struct Nameless;
    struct Broken;
    impl std::fmt::Display for Broken {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no name")
        }
    }
    impl authgate::Principal for Nameless {
        type Id = Broken;
        const NAME: &'static str = "Nameless";
        fn id(&self) -> &Broken {
            &Broken
        }
    }
    async fn me(_: Authenticated<Nameless>) {}
    let scheme =
        authgate::scheme::Wrapped::new(Ticket::new("Ticket"), |answer, _| answer.map(|_: User| Nameless));
    let gate = Gate::builder().scheme(scheme).observe(|event| drop(event.principal().unwrap().to_string()));
    let app = Router::<Gate<Nameless>>::new().route("/", get(me)).with_state(gate.build().unwrap());
    assert_eq!(ask(&app, "GET /", &[("authorization", "Ticket ada")]).await.status, 200);
}

/// Both gates read the token, and both reject it.
#[tokio::test]
async fn credential_that_both_gates_reject_is_told_to_both() {
    #[derive(authgate::Principal, serde::Deserialize)]
    struct Machine {
        #[principal(id)]
        sub: String,
    }
    #[derive(Clone, FromRef)]
    struct Both {
        users: Gate<User>,
        machines: Gate<Machine>,
    }
    async fn upload(_: Either<Authenticated<User>, Authenticated<Machine>>) {}
    const ISSUER: &str = "https://machines.example";
    const KEY: &[u8] = b"another secret of at least 32 bytes, of the machines";
    let trails = [Trail::default(), Trail::default()];
    let [users, machines] = trails.clone();
    let of_machines = Bearer::jwt(Keys::hs256(KEY).unwrap()).issuer(ISSUER).audience(AUDIENCE);
    let state = Both {
        users: Gate::builder().scheme(bearer()).observe(move |event| users.write(event)).build().unwrap(),
        machines: Gate::builder()
            .scheme(of_machines)
            .observe(move |event| machines.write(event))
            .build()
            .unwrap(),
    };
    let app = Router::<Both>::new().route("/", post(upload)).with_state(state);
    let expired = json!({ "iss": ISSUER, "exp": 1 });
    let expired = token_with(&Header::new(Algorithm::HS256), KEY, &expired);
    let (answer, events) =
        crate::events::capture::capture_with_causes(ask_with(&app, "POST /", &expired)).await;
    assert_eq!(answer.reason(), "credentials_wrong_issuer");
    let [users, machines] = trails;
    assert_eq!(users.take(), ["denied - Bearer - POST / credentials_wrong_issuer"]);
    assert_eq!(machines.take(), ["denied - Bearer - POST / credentials_expired"]);
    let checks: Vec<_> = events.iter().filter_map(|event| event.field("check")).collect();
    assert_eq!(checks, ["issuer", "expiry"]);
}
