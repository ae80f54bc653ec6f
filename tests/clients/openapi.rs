use authgate::scheme::Keys;
use authgate_tests::token::{SECRET, now, token};
use axum::Json;
use serde_json::json;

use crate::examples::{documents_example, serve};
use crate::run::python;

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../access/openapi/everything.rs"]
mod everything;

async fn app() -> axum::Router {
    let store = documents_example::Store::temporary().await.unwrap();
    documents_example::app(Keys::hs256(SECRET).unwrap(), store).unwrap()
}

/// Returns the operations that are open according to schemathesis, although the document at the
/// address says otherwise. Asserts that allowed operations have responded, because schemathesis
/// finds nothing without responses.
async fn open_operations(app: axum::Router) -> Vec<String> {
    let who = json!({ "sub": "sub-a", "orgs": { "acme": ["admin"] }, "auth_time": now() });
    let printed = python("openapi.py", &["ignored_auth", &serve(app).await, &token(&who)]).await;
    let lines = |word: &str| -> Vec<_> {
        printed.lines().filter_map(|line| line.strip_prefix(word)).map(str::to_owned).collect()
    };
    for path in ["/me", "/orgs/{org}/documents", "/orgs/{org}/documents/{id}"] {
        assert!(lines("answered ").contains(&format!("GET {path}")), "{printed}");
    }
    lines("open ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires schemathesis, which .ci/clients installs"]
async fn schemathesis_finds_no_undocumented_open_operation() {
    assert_eq!(open_operations(app().await).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires schemathesis, which .ci/clients installs"]
async fn schemathesis_finds_an_unprotected_route() {
    let (path, open) = ("/orgs/{org}/documents/{id}", async || "every document");
    let rest = axum::routing::any_service(app().await);
    let open = axum::Router::new().route(path, rest.get(open)).fallback_service(app().await);
    assert_eq!(open_operations(open).await, ["GET /orgs/{org}/documents/{id}"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires a Python validator, which .ci/clients installs"]
async fn documents_are_valid_openapi_3_1() {
    let state = everything::app();
    let made = everything::routes().access().openapi().gate(&state.users).gate(&state.machines);
    let mut typed = utoipa::openapi::OpenApi::default();
    made.merge_into(&mut typed).unwrap();
    let documents = [made.build().unwrap(), serde_json::to_value(&typed).unwrap()].map(|document| {
        axum::Router::new().route("/openapi.json", axum::routing::get(async || Json(document)))
    });
    for app in documents.into_iter().chain([app().await]) {
        assert_eq!(python("openapi.py", &["valid", &serve(app).await]).await, "3.1\n");
    }
}
