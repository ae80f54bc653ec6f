//! Callers of two gates on one route.

mod sides;

use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::{get, post};
use authgate::scheme::{Ambient, Answer, Bearer, Identity, Keys, Outcome, Properties, Scheme};
use authgate::{Authenticated, Authorized, Context, Either, Gate, Principal, Roles, Router};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::ask::{Answer as Response, ask, ask_with};
use authgate_tests::scheme::{ApiKey, Ticket};
use authgate_tests::token::{AUDIENCE, token, token_of, token_with};
use axum::extract::FromRef;
use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::events::capture::capture;

const MACHINES: &[u8] = b"another secret of at least 32 bytes, of the machines";
const MACHINE_ISSUER: &str = "https://machines.example";

#[derive(Principal, Deserialize)]
#[principal(role = Role, foreign)]
struct Machine {
    #[principal(id)]
    serial: u64,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

#[derive(Clone, FromRef)]
struct App {
    users: Gate<User>,
    machines: Gate<Machine>,
}

fn machines() -> Bearer {
    Bearer::jwt(Keys::hs256(MACHINES).unwrap()).issuer(MACHINE_ISSUER).audience(AUDIENCE).realm("machines")
}

fn state() -> App {
    App {
        users: Gate::builder().scheme(bearer()).build().unwrap(),
        machines: Gate::builder().scheme(machines()).build().unwrap(),
    }
}

fn machine(over: &Value) -> String {
    let mut claims = json!({ "iss": MACHINE_ISSUER, "serial": 7 });
    for (name, value) in over.as_object().unwrap() {
        claims[name] = value.clone();
    }
    token_with(&Header::new(Algorithm::HS256), MACHINES, &claims)
}

async fn upload(caller: Either<Authenticated<User>, Authenticated<Machine>>) -> String {
    match caller {
        Either::Left(user) => format!("user {}", user.sub),
        Either::Right(machine) => format!("machine {}", machine.serial),
    }
}

async fn purge(caller: Either<Authorized<role::Admin>, Authenticated<Machine>>) -> String {
    match caller {
        Either::Left(admin) => format!("admin {}", admin.sub),
        Either::Right(machine) => format!("machine {}", machine.serial),
    }
}

async fn tune(
    caller: Either<Authorized<role::Admin>, Authorized<role::Editor, Machine>>,
    body: String,
) -> String {
    match caller {
        Either::Left(admin) => format!("admin {} {body}", admin.sub),
        Either::Right(machine) => format!("machine {} {body}", machine.serial),
    }
}

fn routes() -> Router<App> {
    Router::new()
        .route("/uploads", post(upload))
        .route("/purge", post(purge))
        .route("/tune", post(tune))
        .route_service::<Either<Authenticated<User>, Authenticated<Machine>>>(
        "/service",
        axum::routing::get(async || "service"),
    )
}

const USERS_PLAIN: &str = r#"Bearer realm="api""#;
const MACHINES_PLAIN: &str = r#"Bearer realm="machines""#;

fn with(plain: &str, error: &str) -> String {
    format!("{plain}, error=\"{error}\"")
}

fn vary(response: &Response) -> Vec<&str> {
    let lines = response.headers.get_all("vary").iter();
    lines.map(|line| line.to_str().unwrap()).flat_map(|line| line.split(", ")).collect()
}

#[tokio::test]
async fn each_side_is_authenticated_by_its_own_gate() {
    let app = routes().with_state(state());
    ask_with(&app, "POST /uploads", &token_of(&[])).await.assert_is(200, "user vera");
    ask_with(&app, "POST /uploads", &machine(&json!({}))).await.assert_is(200, "machine 7");
    ask_with(&app, "POST /purge", &token_of(&["admin"])).await.assert_is(200, "admin vera");
    ask_with(&app, "POST /purge", &machine(&json!({}))).await.assert_is(200, "machine 7");
    ask_with(&app, "POST /tune", &machine(&json!({ "roles": ["admin"] }))).await.assert_is(200, "machine 7 ");
    ask_with(&app, "GET /service", &token_of(&[])).await.assert_is(200, "service");
    ask_with(&app, "GET /service", &machine(&json!({}))).await.assert_is(200, "service");
    ask(&app, "GET /service", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[USERS_PLAIN, MACHINES_PLAIN],
    );
}

#[tokio::test]
async fn cached_gate_leaves_a_token_of_another_issuer_to_the_right_gate() {
    let users = Gate::builder()
        .scheme(bearer().cached(authgate::scheme::bearer::CacheSize::mebibytes(1)))
        .build()
        .unwrap();
    let app = routes().with_state(App { users, ..state() });
    for _ in 0..2 {
        ask_with(&app, "POST /uploads", &machine(&json!({}))).await.assert_is(200, "machine 7");
        ask_with(&app, "POST /uploads", &token_of(&[])).await.assert_is(200, "user vera");
    }
}

#[tokio::test]
async fn authenticated_caller_without_the_right_of_its_side_gets_403() {
    let app = routes().with_state(state());
    ask_with(&app, "POST /purge", &token_of(&["editor"])).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "POST /tune", &token_of(&["editor"])).await.assert_denied(403, "role_missing", &[]);
    let viewer = machine(&json!({ "roles": ["viewer"] }));
    ask_with(&app, "POST /tune", &viewer).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn reason_of_the_left_gate_is_sent_if_both_reject() {
    let app = routes().with_state(state());
    let denied = async |token: &str, reason: &str, challenges: &[&str]| {
        ask_with(&app, "POST /uploads", token).await.assert_denied(401, reason, challenges);
    };
    let users = with(USERS_PLAIN, "invalid_token");
    let machines = with(MACHINES_PLAIN, "invalid_token");
    // The left gate decides, and the right gate is not asked.
    denied(&token(&json!({ "exp": 1 })), "credentials_expired", &[&users, MACHINES_PLAIN]).await;
    let forged = token_with(&Header::new(Algorithm::HS256), MACHINES, &json!({ "roles": ["admin"] }));
    denied(&forged, "credentials_rejected", &[&users, MACHINES_PLAIN]).await;
    // Both gates decide.
    let expired = machine(&json!({ "exp": 1 }));
    denied(&expired, "credentials_wrong_issuer", &[&users, &machines]).await;
    let of_neither = token(&json!({ "iss": "https://other.example" }));
    denied(&of_neither, "credentials_wrong_issuer", &[&users, &machines]).await;
    let of_other_audience = token(&json!({ "aud": "https://other.example" }));
    denied(&of_other_audience, "credentials_wrong_audience", &[&users, &machines]).await;
    denied("not a token", "credentials_malformed", &[&users, MACHINES_PLAIN]).await;
}

#[tokio::test]
async fn request_without_credentials_gets_challenges_and_vary_of_both() {
    let state = App { users: Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap(), ..state() };
    let app = routes().with_state(state);
    let missing = ask(&app, "POST /uploads", &[]).await;
    // Bearer comes first, although its gate is on the right.
    missing.assert_denied(401, "credentials_missing", &[MACHINES_PLAIN, r#"Ticket realm="fair""#]);
    ask(&app, "POST /uploads", &[("authorization", "Other x")]).await.assert_denied(
        401,
        "credentials_missing",
        &[MACHINES_PLAIN, r#"Ticket realm="fair""#],
    );

    let users = Gate::builder().scheme(ApiKey).build().unwrap();
    let app = routes().with_state(App { users, ..self::state() });
    let missing = ask(&app, "POST /uploads", &[]).await;
    let fields = vary(&missing);
    assert!(fields.contains(&"x-api-key") && fields.contains(&"authorization"), "{fields:?}");
    assert_eq!(missing.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn equal_challenges_of_both_gates_are_sent_once() {
    let same = machines().realm("api");
    let state = App { machines: Gate::builder().scheme(same).build().unwrap(), ..state() };
    let app = routes().with_state(state);
    ask(&app, "POST /uploads", &[]).await.assert_denied(401, "credentials_missing", &[USERS_PLAIN]);
}

#[tokio::test]
async fn credentials_for_both_gates_are_ambiguous() {
    let users = Gate::builder().scheme(ApiKey).build().unwrap();
    let app = routes().with_state(App { users, ..state() });
    let bearer = format!("Bearer {}", machine(&json!({})));
    ask(&app, "POST /uploads", &[("x-api-key", "vera")]).await.assert_is(200, "user vera");
    ask(&app, "POST /uploads", &[("authorization", &bearer)]).await.assert_is(200, "machine 7");
    let both = ask(&app, "POST /uploads", &[("x-api-key", "vera"), ("authorization", &bearer)]).await;
    assert_eq!((both.status.as_u16(), both.reason().as_str()), (400, "credentials_ambiguous"));
    let twice = ask(&app, "POST /uploads", &[("authorization", &bearer), ("authorization", &bearer)]).await;
    assert_eq!((twice.status.as_u16(), twice.reason().as_str()), (400, "credentials_ambiguous"));
}

/// A scheme that reads `Authorization` and another field presents the credential of one of them.
#[tokio::test]
async fn key_in_its_own_field_is_another_credential_than_a_token() {
    use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};

    #[derive(Clone, Principal)]
    struct Job {
        #[principal(id)]
        name: String,
    }

    #[derive(Clone, FromRef)]
    struct Both {
        users: Gate<User>,
        jobs: Gate<Job>,
    }

    async fn left(caller: Either<Authenticated<User>, Authenticated<Job>>) -> String {
        match caller {
            Either::Left(user) => user.sub.clone(),
            Either::Right(job) => job.name.clone(),
        }
    }

    async fn right(caller: Either<Authenticated<Job>, Authenticated<User>>) -> String {
        match caller {
            Either::Left(job) => job.name.clone(),
            Either::Right(user) => user.sub.clone(),
        }
    }

    let keys = InMemoryApiKeys::new();
    let key = NewKey::generate("test").unwrap();
    keys.insert(key.digest(), KeyRecord::new(Job { name: "ci".into() }).with_id("1")).unwrap();
    let scheme = authgate::scheme::ApiKey::header("x-api-key", keys).realm("jobs");
    let both = Both {
        users: Gate::builder().scheme(bearer()).build().unwrap(),
        jobs: Gate::builder().scheme(scheme).build().unwrap(),
    };
    let app = Router::new().route("/left", get(left)).route("/right", get(right)).with_state(both);
    let (key, token) = (key.text().to_owned(), format!("Bearer {}", token_of(&["viewer"])));
    let in_field = format!("ApiKey {key}");
    for path in ["GET /left", "GET /right"] {
        ask(&app, path, &[("authorization", &token)]).await.assert_is(200, "vera");
        ask(&app, path, &[("x-api-key", &key)]).await.assert_is(200, "ci");
        ask(&app, path, &[("authorization", &in_field)]).await.assert_is(200, "ci");
        for authorization in [&token, "Bearer", "Bearer bad", "Bearer a.b.c", &in_field] {
            for key in [&key, "wrong"] {
                let answer = ask(&app, path, &[("authorization", authorization), ("x-api-key", key)]).await;
                let got = (answer.status.as_u16(), answer.reason());
                assert_eq!(got, (400, "credentials_ambiguous".to_owned()), "{path} {authorization} {key}");
            }
        }
        for malformed in ["=", "/", "Basic\tx"] {
            let answer = ask(&app, path, &[("authorization", malformed), ("x-api-key", &key)]).await;
            let got = (answer.status.as_u16(), answer.reason());
            assert_eq!(got, (401, "credentials_malformed".to_owned()), "{path} {malformed:?}");
        }
        // A well-formed credential of another scheme is not for these gates.
        ask(&app, path, &[("authorization", "Other x"), ("x-api-key", &key)]).await.assert_is(200, "ci");
    }
}

/// A scheme for a token in a cookie.
struct Crumb;

impl Scheme<User> for Crumb {
    fn challenge(&self) -> Challenge {
        Challenge::new("Crumb").realm("jar").only_alone()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        match presented.headers().get("cookie").map(http::HeaderValue::as_bytes) {
            Some(b"crumb=vera") => {
                let user = User::new("vera", &[], &[]);
                Outcome::Authenticated(Identity::new(user, Context::of("Crumb"))).into()
            }
            _ => Outcome::Rejected(CredentialError::Revoked).into(),
        }
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key("cookie")
    }

    fn properties(&self) -> Properties {
        Properties::new().fields([http::header::COOKIE]).ambient(Ambient::Cookie)
    }
}

#[tokio::test]
async fn credential_of_the_right_gate_has_precedence_over_a_cookie_of_the_left() {
    let users = Gate::builder().scheme(Crumb).build().unwrap();
    let app = routes().with_state(App { users, ..state() });
    let bearer = |over| format!("Bearer {}", machine(&over));
    ask(&app, "GET /service", &[("cookie", "crumb=vera")]).await.assert_is(200, "service");
    let both = [("cookie", "crumb=vera"), ("authorization", &*bearer(json!({})))];
    ask(&app, "POST /uploads", &both).await.assert_is(200, "machine 7");
    // A rejected token never falls back to a cookie.
    let failed = [("cookie", "crumb=vera"), ("authorization", &*bearer(json!({ "exp": 1 })))];
    let denied = ask(&app, "GET /service", &failed).await;
    denied.assert_denied(401, "credentials_expired", &[&with(MACHINES_PLAIN, "invalid_token")]);
    let stale = ask(&app, "GET /service", &[("cookie", "crumb=old")]).await;
    stale.assert_denied(401, "credentials_revoked", &[MACHINES_PLAIN]);
}

#[tokio::test]
async fn schemes_that_wait_give_the_same_responses() {
    for later in [false, true] {
        let ticket = Ticket { later, ..Ticket::new("Ticket") };
        let users = Gate::builder().scheme(ticket).build().unwrap();
        let app = routes().with_state(App { users, ..state() });
        let upload = async |ticket: &str| {
            ask(&app, "POST /uploads", &[("authorization", &format!("Ticket {ticket}"))]).await
        };
        let challenges = [MACHINES_PLAIN, r#"Ticket realm="fair""#];
        upload("ada").await.assert_is(200, "user ada");
        upload("other-issuer").await.assert_denied(401, "credentials_wrong_issuer", &challenges);
        upload("revoked").await.assert_denied(401, "credentials_revoked", &challenges);
        upload("down").await.assert_denied(503, "undecided", &[]);
        let token = machine(&json!({}));
        ask_with(&app, "POST /uploads", &token).await.assert_is(200, "machine 7");
    }
}

/// A second scheme for tickets, in the gate of machines.
struct MachineTicket {
    later: bool,
}

impl Scheme<Machine> for MachineTicket {
    fn challenge(&self) -> Challenge {
        Challenge::new("Ticket").realm("machines")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<Machine> {
        let value = presented.headers()["authorization"].as_bytes();
        let is_down = value.ends_with(b"other-audience");
        let is_known = value.ends_with(b"other-issuer");
        let decide = move || {
            if is_down {
                Outcome::Unavailable
            } else if is_known {
                let machine = Machine { serial: 7, roles: Roles::default() };
                Outcome::Authenticated(Identity::new(machine, Context::of("Ticket")))
            } else {
                panic!("the right gate must not be asked")
            }
        };
        if self.later { Answer::Pending(Box::pin(async move { decide() })) } else { decide().into() }
    }
}

#[tokio::test]
async fn right_gate_is_asked_only_after_a_wrong_issuer_or_audience() {
    for (left_waits, right_waits) in [(false, false), (false, true), (true, false), (true, true)] {
        let left = Ticket { later: left_waits, ..Ticket::new("Ticket") };
        let app = routes().with_state(App {
            users: Gate::builder().scheme(left).build().unwrap(),
            machines: Gate::builder().scheme(MachineTicket { later: right_waits }).build().unwrap(),
        });
        let upload = async |ticket: &str| {
            ask(&app, "POST /uploads", &[("authorization", &format!("Ticket {ticket}"))]).await
        };
        upload("vera").await.assert_is(200, "user vera");
        upload("other-issuer").await.assert_is(200, "machine 7");
        // Indeterminate outranks rejected.
        upload("other-audience").await.assert_denied(503, "undecided", &[]);
        let challenges = [r#"Ticket realm="fair""#, r#"Ticket realm="machines""#];
        for ticket in ["expired", "revoked", "malformed"] {
            let denied = upload(ticket).await;
            denied.assert_denied(401, &format!("credentials_{ticket}"), &challenges);
        }
        upload("down").await.assert_denied(503, "undecided", &[]);
    }
}

#[tokio::test]
async fn only_the_final_decision_is_logged() {
    let app = routes().with_state(state());
    let (answer, events) = capture(ask_with(&app, "POST /uploads", &machine(&json!({})))).await;
    answer.assert_is(200, "machine 7");
    assert_eq!(events.len(), 0, "{events:?}");
    // One event per denial, whether one or both gates decide.
    for token in [machine(&json!({ "exp": 1 })), token(&json!({ "exp": 1 })), token_of(&["viewer"])] {
        let (answer, events) = capture(ask_with(&app, "POST /purge", &token)).await;
        assert!(answer.status.is_client_error());
        assert_eq!(events.len(), 1, "{events:?}");
    }
}

#[test]
fn table_names_the_principal_of_each_side() {
    let table = routes().access().to_string();
    let expected = "\
POST    /uploads authenticated User | authenticated Machine
POST    /purge   role:admin as User | authenticated Machine
POST    /tune    role:admin as User | role:editor as Machine
*       /service authenticated User | authenticated Machine
";
    assert_eq!(table, expected);
}

/// A manual impl of `Principal`. For a derived one, the error is a compile error.
struct ByHand;

impl Principal for ByHand {
    type Id = str;
    const NAME: &'static str = "ByHand";

    fn id(&self) -> &'static str {
        "hand"
    }
}

#[test]
#[should_panic(expected = "both sides of `Either` have the principal `ByHand`")]
fn both_sides_of_one_principal_are_rejected_with_the_state() {
    async fn same(_: Either<Authenticated<ByHand>, Authenticated<ByHand>>) {}
    let gate = authgate::testing::TestGate::<ByHand>::new().gate();
    drop(Router::<Gate<ByHand>>::new().route("/same", get(same)).with_state(gate));
}
