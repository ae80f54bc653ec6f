//! Serves a list through the router, and checks what the list exposes.

use std::sync::Arc;

use authgate::credentials::Credentials;
use authgate::resource::Loaded;
use authgate::routing::get;
use authgate::visible::{Page, VisibleList};
use authgate::{Authenticated, Denial, Gate, Granted, Router};
use authgate_tests::app::bearer;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use axum::Json;
use axum::extract::{FromRef, State};
use serde_json::json;
use tokio::sync::Mutex;
use tracing::Level;

use super::store::{BOUND, Store};
use super::{CanAudit, CanRead, Document, User};
use crate::events::capture::capture;

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    store: Arc<Mutex<Store>>,
}

fn document(id: i64, owner: &str, open: bool, readers: &[&str]) -> Document {
    let readers = readers.iter().map(|reader| Some((*reader).to_owned())).collect();
    Document { id, owner: Some(owner.to_owned()), folder: None, level: None, open, readers }
}

fn documents() -> Vec<Document> {
    vec![
        document(1, "vera", false, &[]),
        document(2, "ada", false, &[]),
        document(3, "ada", false, &["eve", "vera"]),
        document(4, "ada", true, &[]),
        document(5, "Vera", false, &[]),
    ]
}

async fn state(collation: &str) -> App {
    let mut store = Store::new(collation).await;
    store.fill(&documents()).await;
    let gate = Gate::builder().scheme(bearer()).build().unwrap();
    App { gate, store: Arc::new(Mutex::new(store)) }
}

/// The code that an application would write.
async fn granted_page<R: authgate::visible::ListPolicy<Document, Principal = User>>(
    visible: VisibleList<Document, R>,
    store: &Mutex<Store>,
) -> Granted<R, Page<Document>, User> {
    let mut store = store.lock().await;
    let ids = store.ids(visible.sql(BOUND)).await.unwrap();
    let rows = store.list(&ids).await;
    visible.page(Loaded::from_store(rows))
}

type Shared = State<Arc<Mutex<Store>>>;

fn ids(page: &[Document]) -> Json<Vec<i64>> {
    Json(page.iter().map(|document| document.id).collect())
}

async fn list(visible: VisibleList<Document>, State(store): Shared) -> Json<Vec<i64>> {
    assert!(!visible.principal().sub.is_empty() && visible.context().scheme() == "Bearer");
    ids(&granted_page(visible, &store).await)
}

async fn audit(visible: VisibleList<Document, CanAudit>, State(store): Shared) -> Json<Page<Document>> {
    Json(granted_page(visible, &store).await.into_resource())
}

async fn list_in_handler(user: Authenticated<User>, State(store): Shared) -> Result<Json<Vec<i64>>, Denial> {
    Ok(ids(&granted_page(user.visible::<Document>()?, &store).await))
}

async fn audit_in_handler(user: Authenticated<User>, State(store): Shared) -> Result<Json<Vec<i64>>, Denial> {
    Ok(ids(&granted_page(user.visible_by::<CanAudit, Document>()?, &store).await))
}

/// Does not filter the query, and loads every document.
async fn unfiltered_list(visible: VisibleList<Document>, State(store): Shared) -> Json<Vec<i64>> {
    let rows = store.lock().await.list(&[1, 2, 3, 4, 5]).await;
    ids(&visible.page(Loaded::from_store(rows)))
}

fn routes() -> Router<App> {
    Router::new()
        .route("/documents", get(list))
        .route("/audit", get(audit))
        .route("/by-hand", get(list_in_handler))
        .route("/audit-by-hand", get(audit_in_handler))
        .route("/lax", get(unfiltered_list))
}

fn vera() -> String {
    token(&json!({ "folders": [null] }))
}

#[tokio::test]
async fn list_contains_only_rows_that_the_caller_may_see() {
    let app = routes().with_state(state("").await);
    for path in ["/documents", "/by-hand", "/audit", "/lax"] {
        ask(&app, &format!("GET {path}"), &[]).await.assert_denied(
            401,
            "credentials_missing",
            &[r#"Bearer realm="api""#],
        );
    }
    for (path, said) in [("/documents", "[1,3,4]"), ("/by-hand", "[1,3,4]"), ("/audit-by-hand", "[2,4,5]")] {
        let (answer, events) = capture(ask_with(&app, &format!("GET {path}"), &vera())).await;
        answer.assert_is(200, said);
        assert!(events.is_empty(), "{events:?}");
    }
    let nobody = token(&json!({ "sub": "nobody" }));
    ask_with(&app, "GET /documents", &nobody).await.assert_is(200, "[4]");
    ask_with(&app, "GET /audit", &nobody).await.assert_is(200, "[]");
    let audited: serde_json::Value =
        serde_json::from_str(&ask_with(&app, "GET /audit", &vera()).await.body).unwrap();
    assert_eq!(
        audited[0],
        json!({ "id": 2, "owner": "ada", "folder": null, "level": null, "open": false }),
        "a page is an array"
    );
}

#[tokio::test]
async fn rows_beyond_the_policy_are_left_out_and_logged() {
    let wide = routes().with_state(state("COLLATE NOCASE").await);
    for (app, path, left_out) in [(&wide, "/documents", "1"), (&wide, "/lax", "2")] {
        let (answer, events) = capture(ask_with(app, &format!("GET {path}"), &vera())).await;
        answer.assert_is(200, "[1,3,4]");
        let [event] = events.as_slice() else { panic!("{path}: {events:?}") };
        assert_eq!((event.target, event.level), ("authgate::gate", Level::ERROR));
        event.assert_fields(&[
            ("message", "a query returned rows that the caller may not see"),
            ("policy", "CanRead"),
            ("on", "Document"),
            ("left_out", left_out),
        ]);
    }
}

#[test]
fn access_table_shows_the_policy_on_a_page() {
    let expected = "\
GET     /documents     policy:CanRead on Page<Document>
GET     /audit         policy:CanAudit on Page<Document>
GET     /by-hand       authenticated User
GET     /audit-by-hand authenticated User
GET     /lax           policy:CanRead on Page<Document>
";
    assert_eq!(routes().access().to_string(), expected);
}

async fn authenticated_vera(state: &App) -> Authenticated<User> {
    let credentials = Credentials::bearer(&vera()).expect("ASCII");
    state.gate.unauthenticated(credentials).authenticate().await.expect("a good token")
}

#[tokio::test]
async fn authorize_on_page_requires_every_row_to_be_allowed() {
    let state = state("").await;
    let all = documents();
    let mine = Page::new(vec![all[0].clone(), all[3].clone()]);
    let page = authenticated_vera(&state).await.authorize_on::<CanRead, _>(Loaded::from_store(mine)).unwrap();
    assert_eq!((page.len(), page[1].id), (2, 4));
    assert!(serde_json::to_string(&**page).is_ok());
    let with_another = Page::new(vec![all[0].clone(), all[1].clone()]);
    assert_eq!(
        authenticated_vera(&state)
            .await
            .authorize_on::<CanRead, _>(Loaded::from_store(with_another))
            .unwrap_err()
            .status(),
        403
    );
    assert_eq!(
        authenticated_vera(&state)
            .await
            .authorize_on::<CanRead, Page<Document>>(Loaded::from_store(Page::new(Vec::new())))
            .unwrap()
            .len(),
        0
    );
}

/// A policy that panics allows nothing.
struct Broken;

impl authgate::visible::ListPolicy<Document> for Broken {
    type Principal = User;

    fn filter(_: &User) -> authgate::visible::Filter<Document> {
        panic!("the policy is broken")
    }
}

async fn broken(_: VisibleList<Document, Broken>) {}

#[tokio::test]
async fn panic_in_list_policy_is_500() {
    let state = state("").await;
    let app = Router::<App>::new().route("/", get(broken)).with_state(state.clone());
    ask_with(&app, "GET /", &vera()).await.assert_denied(500, "failed", &[]);
    assert_eq!(ask(&app, "GET /", &[]).await.status, 401);
    let denial = authenticated_vera(&state).await.visible_by::<Broken, Document>().map(drop).unwrap_err();
    assert_eq!(denial.status(), 500);
}
