//! Plain routers with full paths, such as those of other crates.

use authgate::routing::get;
use authgate::{Authenticated, Authorized, Router, public};
use authgate_tests::app::{App, User, role, serve};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;
use axum::extract::{Path, State};
use axum_extra::routing::TypedPath;
use utoipa::OpenApi as _;
use utoipa_swagger_ui::SwaggerUi;

use super::panic_of;

#[derive(utoipa::OpenApi)]
#[openapi()]
struct Api;

async fn me(_: Authenticated<User>) -> &'static str {
    "me"
}

async fn admin(_: Authorized<role::Admin>) -> &'static str {
    "admin"
}

#[public(reason = "a test")]
async fn other() -> &'static str {
    "fallback"
}

/// A real Swagger UI, which expects the whole path.
#[tokio::test]
async fn swagger_ui_is_served_at_its_full_paths() {
    let swagger = SwaggerUi::new("/swagger-ui").url("/api-docs/openapi.json", Api::openapi());
    let paths = ["/swagger-ui", "/swagger-ui/", "/swagger-ui/{*rest}", "/api-docs/openapi.json"];
    let routes = Router::new()
        .route("/me", get(me))
        .route("/swagger-ui/admin", get(admin))
        .ungated_at(paths, "API documentation", swagger.into())
        .fallback(other);
    let table = "\
GET     /me                    authenticated User
GET     /swagger-ui/admin      role:admin
*       /swagger-ui            ungated \"API documentation\"
*       /swagger-ui/           ungated \"API documentation\"
*       /swagger-ui/{*rest}    ungated \"API documentation\"
*       /api-docs/openapi.json ungated \"API documentation\"
404     /{*}                   public \"a test\"
";
    assert_eq!(routes.access().to_string(), table);
    let (app, _) = serve(routes);
    let page = ask(&app, "GET /swagger-ui/", &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<html"), "{}", page.body);
    assert_eq!(ask(&app, "GET /swagger-ui/swagger-ui.css", &[]).await.status, 200);
    assert_eq!(ask(&app, "GET /swagger-ui", &[]).await.status, 303);
    let document = ask(&app, "GET /api-docs/openapi.json", &[]).await;
    assert!(document.body.contains("\"openapi\""), "{}", document.body);
    assert_eq!(ask(&app, "GET /me", &[]).await.status, 401);
    assert_eq!(ask(&app, "GET /swagger-ui/admin", &[]).await.status, 401);
    ask_with(&app, "GET /swagger-ui/admin", &token_of(&["admin"])).await.assert_is(200, "admin");
    ask(&app, "GET /elsewhere", &[]).await.assert_is(200, "fallback");
}

fn plain() -> axum::Router<App> {
    use axum::routing::get;
    axum::Router::new()
        .route("/docs/{page}", get(|Path(page): Path<String>, _: State<App>| async move { page }))
        .route("/secret", get(async || "secret"))
        .route("/docs/{page}/raw", get(async || "raw"))
        .fallback(async || "fallback of the plain router")
}

#[tokio::test]
async fn routes_beyond_the_named_paths_are_404() {
    let (app, _) = serve(Router::new().ungated_at(["/docs/{name}"], "documentation", plain()));
    ask(&app, "GET /docs/a%2Fb", &[]).await.assert_is(200, "a/b");
    assert_eq!(ask(&app, "POST /docs/a", &[]).await.status, 405);
    for beyond in ["/secret", "/docs/a/raw", "/docs/", "/docs", "//docs/a", "/docs/../secret", "/other"] {
        let answer = ask(&app, &format!("GET {beyond}"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, ""), "{beyond}");
    }
}

#[tokio::test]
async fn paths_are_relative_to_a_nested_router() {
    let inner = Router::new().ungated_at(["/docs/{name}"], "documentation", plain());
    let routes = Router::new().nest("/v1", inner).route("/secret", get(admin));
    assert_eq!(
        routes.access().to_string(),
        "*       /v1/docs/{name} ungated \"documentation\"\nGET     /secret         role:admin\n"
    );
    let (app, _) = serve(routes);
    ask(&app, "GET /v1/docs/a", &[]).await.assert_is(200, "a");
    assert_eq!(ask(&app, "GET /v1/secret", &[]).await.status, 404);
    assert_eq!(ask(&app, "GET /secret", &[]).await.status, 401);
}

#[test]
fn unusable_paths_and_blank_reasons_panic_at_the_call_site() {
    type Case = (&'static [&'static str], &'static str, &'static str);
    let cases: [Case; 7] = [
        (&["/a/:id"], "why", "the path \"/a/:id\" of `ungated_at` is invalid: write `{id}`"),
        (&["/a/*rest"], "why", "the path \"/a/*rest\" of `ungated_at` is invalid: write `{id}`"),
        (&[], "why", "`ungated_at` has no paths: name those that are public"),
        (&["docs"], "why", "the path \"docs\" of `ungated_at` must start with a slash"),
        (&["/a/{*rest}/b"], "why", "the path \"/a/{*rest}/b\" of `ungated_at` is invalid: "),
        (&["/a/{b}", "/a/{c}"], "why", "the path \"/a/{c}\" of `ungated_at` is invalid: "),
        (&["/a"], " ", "the reason of `ungated` under \"/a\" is blank: "),
    ];
    for (paths, reason, expected) in cases {
        let line = line!() + 2;
        let (text, file, at) =
            panic_of(|| Router::<App>::new().ungated_at(paths.iter().copied(), reason, axum::Router::new()));
        assert!(text.starts_with(expected), "{text}");
        assert_eq!((file.as_str(), at), (file!(), line));
    }
}

#[test]
fn route_that_overlaps_a_declared_one_panics() {
    let routes = || Router::<App>::new().route("/docs/{page}", get(me));
    let (text, ..) = panic_of(|| routes().ungated_at(["/docs/{name}"], "documentation", plain()));
    assert!(text.contains("Overlapping method route") || text.contains("/docs/{page}"), "{text}");
}

/// The example of the chapter `manual::routers`.
#[tokio::test]
async fn typed_path_of_axum_extra_follows_the_declaration() {
    #[derive(TypedPath, serde::Deserialize)]
    #[typed_path("/reports/{id}")]
    struct ReportPath {
        id: u64,
    }
    async fn report(user: Authenticated<User>, path: ReportPath) -> String {
        format!("report {} for {}", path.id, user.sub)
    }
    let (app, _) = serve(Router::new().route(ReportPath::PATH, get(report)));
    ask_with(&app, "GET /reports/7", &token_of(&[])).await.assert_is(200, "report 7 for vera");
    assert_eq!(ask(&app, "GET /reports/x", &[]).await.status, 401);
    assert_eq!(ask_with(&app, "GET /reports/x", &token_of(&[])).await.status, 400);
}
