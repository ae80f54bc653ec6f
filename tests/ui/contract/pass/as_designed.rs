// The programs of the design document, unchanged.

mod auth {
    use authgate::{Roles, Scopes};

    #[derive(authgate::Role)]
    pub enum Role {
        Viewer,
        #[role(implies(Viewer))]
        Editor,
        #[role(implies(Editor), name = "admin")]
        Admin,
    }

    #[derive(authgate::Scope)]
    pub enum Scope {
        #[scope(name = "reports:read")]
        ReadReports,
        #[scope(name = "reports:write")]
        WriteReports,
    }

    #[derive(authgate::Principal, serde::Deserialize)]
    #[principal(role = Role, scope = Scope)]
    pub struct User {
        #[principal(id)]
        pub sub: String,
        #[principal(roles)]
        #[serde(default)]
        roles: Roles<Role>,
        #[principal(scopes)]
        #[serde(default)]
        scope: Scopes<Scope>,
    }
}

mod admin {
    use authgate::{Router, requires, routing::get};

    use super::App;

    #[requires(role = super::auth::Role::Admin)]
    async fn reports() -> &'static str {
        "all"
    }

    pub fn routes() -> Router<App> {
        Router::new().route("/reports", get(reports))
    }
}

use auth::{Role, Scope, User, role};
use authgate::{
    Authenticated, Authorized, Gate, Proof, ProofRef, Router, Unauthenticated, public, requires,
    routing::{get, post},
    scheme::{Bearer, Keys},
};
use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;

#[derive(serde::Deserialize)]
struct Report {
    title: String,
}

#[derive(Clone)]
struct Db;

impl Db {
    async fn publish(&self, by: &impl Proof<role::Editor>, id: u64, report: Report) -> String {
        format!("{} {id} {}", by.principal().sub, report.title)
    }

    fn purge(&self, by: ProofRef<'_, role::Editor>) -> StatusCode {
        let _ = &by.sub;
        StatusCode::NO_CONTENT
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    db: Db,
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[requires(role = "viewer")]
async fn read(Path(id): Path<u64>) -> String {
    id.to_string()
}

#[requires(role = "admin")]
async fn purge(State(db): State<Db>) -> StatusCode {
    let _ = db;
    StatusCode::NO_CONTENT
}

#[requires(role = Role::Editor, scope = Scope::WriteReports)]
async fn publish(
    editor: Authorized<_>,
    State(db): State<Db>,
    Path(id): Path<u64>,
    Json(body): Json<Report>,
) -> String {
    db.publish(&editor, id, body).await
}

async fn explicit(admin: Authorized<role::Admin>, State(db): State<Db>) -> StatusCode {
    let _ = admin.context().expires_at();
    db.purge(admin.as_proof())
}

async fn weakened(admin: Authorized<role::Admin>) -> String {
    let editor: Authorized<role::Editor> = admin.weaken();
    editor.sub.clone()
}

#[public(reason = "greets every caller")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "hello".into(), |user| user.sub.clone())
}

#[public(reason = "the login page")]
async fn sign_in(caller: Unauthenticated<User>) -> Result<String, authgate::Denial> {
    let user = caller.authenticate().await?;
    let admin: Authorized<role::Admin> = user.authorize()?;
    Ok(admin.sub.clone())
}

fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/me", get(me))
        .route("/greet", get(greet))
        .route("/sign-in", post(sign_in))
        .route("/explicit", get(explicit).post(weakened))
        .route("/closure", get(async |_: Authenticated<User>| "closed"))
        .route("/reports/{id}", get(read).put(publish).delete(purge))
        .nest("/admin", admin::routes())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = Gate::<User>::builder()
        .scheme(
            Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, it is")?)
                .issuer("https://issuer.example")
                .audience("https://api.example")
                .realm("api"),
        )
        .build()?;

    let app: axum::Router = routes().with_state(App { gate, db: Db });
    let _ = app;
    Ok(())
}
