//! The JSON API for programs, with API keys. A key sees the open documents of its organization.

use authgate::resource::Child;
use authgate::routing::get;
use authgate::{Authenticated, Either, Granted, Router, public, requires};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::db::Db;
use crate::documents::{self, Document, Draft, Found, KeyEdits, KeyReads};
use crate::error::{ApiError, AppError, Json};
use crate::keys::{IsKeyOf, Machine, Scope};
use crate::orgs::Org;
use crate::state::{App, Published};
use crate::users::User;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/api/me", get(me))
        .route("/api/orgs/{org}/documents", get(list).post(create))
        .route("/api/orgs/{org}/documents/{id}", get(read).put(edit))
}

#[public(reason = "developers of clients read it first")]
async fn openapi(State(published): State<Published>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], published.openapi)
}

/// Accepts people and programs, each at their gate.
async fn me(caller: Either<Authenticated<User>, Authenticated<Machine>>) -> axum::Json<Value> {
    axum::Json(match caller {
        Either::Left(user) => json!({ "user": user.id, "name": user.name, "orgs": user.orgs }),
        Either::Right(key) => json!({ "key": key.id, "org": key.org, "scopes": key.scopes }),
    })
}

// `conceal = ..`: for the keys of another organization, nothing here exists. Keys of the
// organization that lack the scope get 403.

#[requires(scope = Scope::Read, policy = IsKeyOf, on = Org, conceal = IsKeyOf)]
async fn list(org: Granted<_, Org>, State(db): State<Db>) -> Result<axum::Json<Vec<Document>>, ApiError> {
    Ok(axum::Json(documents::list_open(&db, &org).await?))
}

#[requires(scope = Scope::Write, policy = IsKeyOf, on = Org, conceal = IsKeyOf)]
async fn create(
    org: Granted<_, Org>,
    State(db): State<Db>,
    Json(draft): Json<Draft>,
) -> Result<Response, ApiError> {
    let draft = valid(draft)?;
    // The document of a program is open: the program could not read it otherwise.
    let draft = Draft { open: true, ..draft };
    let id = documents::create(&db, &org.slug, &org.principal().created_by, &draft).await?;
    let location = format!("/api/orgs/{}/documents/{id}", org.slug);
    let body = axum::Json(json!({ "id": id, "title": draft.title, "body": draft.body }));
    Ok((StatusCode::CREATED, [(LOCATION, location)], body).into_response())
}

#[requires(scope = Scope::Read, policy = KeyReads, on = Child<Org, Document>, conceal = KeyReads)]
async fn read(document: Granted<_, Child<Org, Document>>) -> axum::Json<Found<KeyReads>> {
    axum::Json(document)
}

#[requires(scope = Scope::Write, policy = KeyEdits, on = Child<Org, Document>, conceal = KeyReads)]
async fn edit(
    document: Granted<_, Child<Org, Document>>,
    State(db): State<Db>,
    Json(draft): Json<Draft>,
) -> Result<axum::Json<Found<KeyEdits>>, ApiError> {
    let document = document.edit(Draft { open: true, ..valid(draft)? });
    documents::save(&db, &document).await?;
    Ok(axum::Json(document))
}

fn valid(draft: Draft) -> Result<Draft, AppError> {
    let invalid =
        |(_, problem): (_, &str)| AppError::BadRequest(StatusCode::UNPROCESSABLE_ENTITY, problem.to_owned());
    draft.valid().map_err(invalid)
}
