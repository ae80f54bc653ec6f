// The program of the design document for a resource, unchanged.

use authgate::routing::{get, put};
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Decision, Gate, Granted, Policy, Resource, Router, requires};
use authgate::resource::{Edit, Loaded};
use axum::Json;
use axum::extract::{FromRef, State};

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

pub struct Report {
    owner: String,
    title: String,
}

#[derive(serde::Deserialize)]
pub struct Patch {
    title: String,
}

impl Edit for Report {
    type Patch = Patch;

    fn edit(&mut self, patch: Patch) {
        self.title = patch.title;
    }
}

#[derive(Clone)]
struct Store;

impl Store {
    async fn save(&self, report: Granted<CanEdit, Report>) -> String {
        format!("{} by {}", report.title, report.principal().sub)
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    store: Store,
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = std::io::Error;
    async fn load(id: u64, app: &App) -> Result<Option<Report>, std::io::Error> {
        let _ = app;
        Ok((id == 1).then(|| Report { owner: "vera".into(), title: "a report".into() }))
    }
}

pub struct CanEdit;
impl Policy<Report> for CanEdit {
    type Principal = User;
    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn edit(report: Granted<CanEdit, Report>, State(store): State<Store>, Json(patch): Json<Patch>) -> String {
    store.save(report.edit(patch)).await
}

async fn by_hand(user: Authenticated<User>, State(store): State<Store>) -> Result<String, authgate::Denial> {
    let report = Loaded::from_store(Report { owner: user.sub.clone(), title: "another".into() });
    let report = user.authorize_on::<CanEdit, _>(report)?;
    Ok(store.save(report).await)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = Gate::<User>::builder()
        .scheme(
            Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, it is")?)
                .issuer("https://issuer.example")
                .audience("https://api.example"),
        )
        .build()?;
    let app: axum::Router = Router::new()
        .route("/reports/{id}", put(edit))
        .route("/reports", get(by_hand))
        .with_state(App { gate, store: Store });
    let _ = app;
    Ok(())
}
