//! A domain layer that cannot be called without a proof. Its functions take proofs as parameters,
//! so handlers and background workers must authorize the caller first.
//!
//! `cargo run --example service_layer`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`. `AUTHGATE_HS256_KEY` sets the secret that signs tokens.

#[path = "quickstart/tour.rs"]
#[allow(dead_code)]
mod tour;

use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::credentials::Credentials;
use authgate::resource::Loaded;
use authgate::right::{All, Fresh};
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Authorized, Denial, Gate, Granted, Roles, Router, public, requires};
use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use domain::{CanEdit, Reports, Retitle};

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor))]
    Admin,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

/// The domain. It does not depend on requests, and every operation requires an authorized caller.
pub mod domain {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    use authgate::resource::Edit;
    use authgate::right::{All, Fresh};
    use authgate::{Authorized, Decision, Granted, Policy, Proof, ProofRef};

    use super::{Deserialize, Serialize, User, role};

    #[derive(Clone, Serialize)]
    pub struct Report {
        pub id: u64,
        pub owner: String,
        pub title: String,
        pub published: bool,
    }

    /// Allows only the owner to edit a report, independent of roles.
    pub struct CanEdit;

    impl Policy<Report> for CanEdit {
        type Principal = User;

        fn decide(user: &User, report: &Report) -> Decision {
            Decision::allow_if(user.sub == report.owner)
        }
    }

    #[derive(Deserialize)]
    pub struct Retitle {
        title: String,
    }

    /// Edits that keep the identity of a report.
    impl Edit for Report {
        type Patch = Retitle;

        fn edit(&mut self, Retitle { title }: Retitle) {
            self.title = title;
        }
    }

    /// The right to erase a report: an admin who signed in within the last five minutes.
    pub type MayErase = All<(role::Admin, Fresh<300>)>;

    #[derive(Clone, Default)]
    pub struct Reports(Arc<Mutex<BTreeMap<u64, Report>>>);

    impl Reports {
        fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Report>> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Takes `By`, which consists of two references. Unlike `impl Proof`, it does not compile
        /// this function again for each right that implies `Viewer`.
        pub fn read(&self, _by: ProofRef<'_, role::Viewer>, id: u64) -> Option<Report> {
            self.all().get(&id).cloned()
        }

        /// Accepts any proof that implies `Editor`. The caller becomes the owner.
        pub fn write(&self, by: &impl Proof<role::Editor>, title: String) -> Report {
            let mut all = self.all();
            let id = all.last_key_value().map_or(1, |(last, _)| last + 1);
            let report = Report { id, owner: by.principal().sub.clone(), title, published: false };
            all.insert(id, report.clone());
            report
        }

        pub fn publish(&self, _by: &impl Proof<role::Editor>, id: u64) -> bool {
            self.all().get_mut(&id).map(|report| report.published = true).is_some()
        }

        /// The proof owns the report, so it cannot be used to save another report.
        pub fn save(&self, report: Granted<CanEdit, Report>) -> Report {
            let report = report.into_resource();
            self.all().insert(report.id, report.clone());
            report
        }

        /// Consumes the proof, so each check allows one erasure.
        pub fn erase(&self, by: Authorized<MayErase>, id: u64) -> bool {
            tracing_of(&by, id);
            self.all().remove(&id).is_some()
        }
    }

    /// A proof of a combined rule also proves each of its parts.
    fn tracing_of(by: &impl Proof<role::Admin>, id: u64) {
        println!("report {id} erased by {}", by.principal().sub);
    }
}

/// A queued job with the token of its caller. The worker verifies the token when it runs the job.
#[derive(Deserialize)]
pub struct Job {
    token: String,
    publish: u64,
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    reports: Reports,
    jobs: mpsc::Sender<Job>,
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

#[public(reason = "crawlers read it first")]
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

async fn me(user: Authenticated<User>) -> Json<Value> {
    Json(json!({ "sub": user.sub, "roles": user.roles }))
}

#[requires(role = "admin")]
async fn admin(chief: Authorized<_>) -> Json<Value> {
    Json(json!({ "welcome": chief.sub }))
}

// The handlers pass their proofs on to the domain.

#[requires(role = "viewer")]
async fn read(
    viewer: Authorized<_>,
    State(reports): State<Reports>,
    Path(id): Path<u64>,
) -> Result<Json<domain::Report>, StatusCode> {
    reports.read(viewer.as_proof(), id).map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[requires(role = "editor")]
async fn write(
    editor: Authorized<_>,
    State(reports): State<Reports>,
    Json(Titled { title }): Json<Titled>,
) -> (StatusCode, Json<domain::Report>) {
    (StatusCode::CREATED, Json(reports.write(&editor, title)))
}

#[derive(Deserialize, Serialize)]
struct Titled {
    title: String,
}

/// Loads and authorizes the report in the handler body. The denial is the same as with
/// `#[requires]`.
async fn retitle(
    user: Authorized<role::Viewer>,
    State(reports): State<Reports>,
    Path(id): Path<u64>,
    Json(change): Json<Retitle>,
) -> Result<Json<domain::Report>, Refused> {
    let report = reports.read(user.as_proof(), id).ok_or(Refused::NotThere)?;
    let report: Granted<CanEdit, _> =
        user.authorize_on(Loaded::from_store(report)).map_err(Refused::Denied)?;
    Ok(Json(reports.save(report.edit(change))))
}

enum Refused {
    NotThere,
    Denied(Denial),
}

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> axum::response::Response {
        match self {
            Self::NotThere => StatusCode::NOT_FOUND.into_response(),
            Self::Denied(denial) => denial.into_response(),
        }
    }
}

async fn erase(
    admin: Authorized<All<(role::Admin, Fresh<300>)>>,
    State(reports): State<Reports>,
    Path(id): Path<u64>,
) -> StatusCode {
    if reports.erase(admin, id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

#[public(reason = "a job brings its own token, which the worker checks")]
async fn queue(State(jobs): State<mpsc::Sender<Job>>, Json(job): Json<Job>) -> StatusCode {
    if jobs.try_send(job).is_ok() { StatusCode::ACCEPTED } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Processes the queue. There is no request, but `publish` still requires a proof.
async fn work(gate: Gate<User>, reports: Reports, mut jobs: mpsc::Receiver<Job>) {
    while let Some(Job { token, publish }) = jobs.recv().await {
        // The gate has already logged the denial.
        if let Ok(editor) = authorize(&gate, &token).await {
            reports.publish(&editor, publish);
        }
    }
}

async fn authorize(gate: &Gate<User>, token: &str) -> Result<Authorized<role::Editor>, Denial> {
    let credentials = Credentials::bearer(token).unwrap_or_else(|_| Credentials::none());
    gate.unauthenticated(credentials).authenticate().await?.authorize()
}

/// Returns the routes and the state.
pub fn parts(keys: Keys) -> Result<(Router<App>, App), Box<dyn Error>> {
    let gate = Gate::<User>::builder()
        .scheme(Bearer::jwt(keys).issuer(tour::ISSUER).audience(tour::AUDIENCE).realm("api"))
        .build()?;
    let (jobs, waiting) = mpsc::channel(64);
    let reports = Reports::default();
    tokio::spawn(work(gate.clone(), reports.clone(), waiting));
    let routes = Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/admin", get(admin))
        .route("/reports", post(write))
        .route("/reports/{id}", get(read).put(retitle).delete(erase))
        .route("/jobs", post(queue));
    Ok((routes, App { gate, reports, jobs }))
}

pub fn app(keys: Keys) -> Result<axum::Router, Box<dyn Error>> {
    let (routes, state) = parts(keys)?;
    Ok(routes.with_state(state))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let secret =
        env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| "an example's secret, known to all".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let token = |claims| tour::token(secret.as_bytes(), &claims);
    let editor = token(json!({ "sub": "ed", "roles": ["editor"] }))?;
    let admin = token(json!({ "sub": "ada", "roles": ["admin"], "auth_time": tour::now()? }))?;
    let stale = token(json!({ "sub": "ada", "roles": ["admin"], "auth_time": 1_000_000_000 }))?;

    let json = "-H 'Content-Type: application/json'";
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!(
        "curl -i {json} -H 'Authorization: Bearer {editor}' -d '{{\"title\": \"Q3\"}}' {url}/reports   # 201"
    );
    println!(
        "curl -i {json} -d '{{\"token\": \"{editor}\", \"publish\": 1}}' {url}/jobs   # 202, and the worker publishes it"
    );
    println!("curl -i -H 'Authorization: Bearer {editor}' {url}/reports/1   # 200");
    println!(
        "curl -i -X PUT {json} -H 'Authorization: Bearer {admin}' -d '{{\"title\": \"Q4\"}}' {url}/reports/1   # 403: not the owner"
    );
    println!("curl -i -X DELETE -H 'Authorization: Bearer {stale}' {url}/reports/1   # 401: sign in again");
    println!("curl -i -X DELETE -H 'Authorization: Bearer {admin}' {url}/reports/1   # 204");
    axum::serve(listener, app(Keys::hs256(&secret)?)?).await?;
    Ok(())
}
