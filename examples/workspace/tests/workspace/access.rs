//! The access rules: as reviewed in `access.lock`, and as the router behaves.

use std::time::Duration;

use authgate::Router;
use authgate::testing::{TestGate, TestPrincipal, assert_locked, principal, probe};
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;
use workspace::TemporaryFolder;
use workspace::routes::routes;
use workspace::state::App;
use workspace::users::{OrgRole, User};

use crate::browser::settings;

async fn app() -> (Router<App>, App, Option<TemporaryFolder>) {
    let service = workspace::start(&settings().await).await.unwrap();
    (routes(&service.app.sessions, service.app.login.as_ref()), service.app, service.folder)
}

#[tokio::test]
async fn routes_match_the_lock_and_deny_whom_it_says() {
    let (routes, app, _folder) = app().await;
    assert_locked(&routes.access(), "access.lock");
    let document: String = sqlx::query_scalar("SELECT id FROM documents WHERE title = 'Holidays'")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let mut probing = probe(routes, app, "access.lock");
    for route in ["", "/edit", "/delete", "/shares", "/shares/{user}/remove"] {
        let path = format!("/orgs/{{org}}/documents/{{id}}{route}");
        let real = format!("/orgs/acme/documents/{document}{}", route.replace("{user}", "1"));
        probing = probing.path(&path, &real);
    }
    probing
        .path("/api/orgs/{org}/documents", "/api/orgs/acme/documents")
        .path("/api/orgs/{org}/documents/{id}", format!("/api/orgs/acme/documents/{document}"))
        .await
        .assert_clean();
}

/// Returns the status and the `Location` of a navigation to a page.
async fn navigate(path: &str, caller: TestPrincipal<User>) -> (u16, String) {
    let (routes, mut app, _folder) = app().await;
    let tests = TestGate::standing_in_for(&app.users);
    app.users = tests.gate();
    let request = Request::get(path)
        .header("accept", "text/html")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document");
    let request = tests.sign_in(caller).calls(request.body(Body::empty()).unwrap());
    let response = routes.with_state(app).oneshot(request).await.unwrap();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), location.unwrap_or_default())
}

#[tokio::test]
async fn dangerous_pages_require_a_login_of_the_last_five_minutes() {
    let owner = || principal::<User>("ada").role_in("acme", OrgRole::Owner);
    for page in ["/orgs/acme/keys/new", "/orgs/acme/delete"] {
        assert_eq!(navigate(page, owner()).await.0, 200, "{page}");
        let old = owner().signed_in_ago(Duration::from_secs(301));
        let (status, location) = navigate(page, old).await;
        assert_eq!(status, 303, "{page}");
        let expected = format!("/login?reason=step_up_required&max_age=300&return_to={page}");
        assert_eq!(location, expected);
        // Another login would not help an editor.
        let editor = principal::<User>("ed").role_in("acme", OrgRole::Editor);
        let (status, _) = navigate(page, editor.signed_in_ago(Duration::from_secs(301))).await;
        assert_eq!(status, 403, "{page}");
    }
}
