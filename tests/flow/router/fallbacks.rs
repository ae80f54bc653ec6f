//! Fallbacks. Each test also checks the entry in the access table.

use authgate::Router;
use authgate::routing::get;
use authgate_tests::app::{App, serve};
use authgate_tests::ask::ask;

use super::{admin, assert_admins_only, assert_public, assert_viewers_only, open, viewer};

fn inner() -> Router<App> {
    Router::new().route("/one", get(open))
}

#[tokio::test]
async fn fallback_handles_unknown_paths_with_any_method() {
    let (app, _) = serve(inner().fallback(admin));
    for line in ["GET /", "GET /two", "POST /two", "BREW /one/two"] {
        let (method, _) = line.split_once(' ').unwrap();
        assert_admins_only(&app, line, &format!("admin {method}")).await;
    }
    assert_public(&app, "GET /one", "open GET").await;
    assert_eq!(ask(&app, "POST /one", &[]).await.status, 405, "the path is there");
}

#[tokio::test]
async fn last_fallback_replaces_earlier_ones() {
    let routes = inner().fallback(open).fallback(admin);
    assert_eq!(routes.access().routes().len(), 2);
    let (app, _) = serve(routes);
    assert_admins_only(&app, "GET /two", "admin GET").await;
}

#[tokio::test]
async fn nested_router_without_fallback_uses_the_outer_one() {
    let (app, _) = serve(Router::new().nest("/f", inner()).fallback(admin));
    for path in ["/f", "/f/", "/f/two"] {
        assert_admins_only(&app, &format!("GET {path}"), "admin GET").await;
    }
}

#[tokio::test]
async fn nested_fallback_handles_the_prefix_but_not_its_trailing_slash() {
    let routes = Router::new().nest("/f", inner().fallback(admin)).fallback(viewer);
    let (app, _) = serve(routes);
    assert_admins_only(&app, "GET /f", "admin GET").await;
    assert_admins_only(&app, "GET /f/zz", "admin GET").await;
    assert_admins_only(&app, "GET /f/z/z", "admin GET").await;
    assert_viewers_only(&app, "GET /f/", "viewer GET").await;
    assert_viewers_only(&app, "GET /g", "viewer GET").await;
}

#[tokio::test]
async fn nested_fallback_without_outer_one_handles_only_its_prefix() {
    let (app, _) = serve(Router::new().nest("/f", inner().fallback(admin)));
    assert_admins_only(&app, "GET /f/zz", "admin GET").await;
    for path in ["/f/", "/g"] {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
}

/// Like axum: a nested router keeps its fallbacks only if it has a fallback at its own root.
#[tokio::test]
async fn fallback_nested_twice_matches_the_access_table() {
    let middle = || Router::new().nest("/f", inner().fallback(admin));
    let without = Router::new().nest("/e", middle()).fallback(viewer);
    let table = without.access().to_string();
    assert_eq!(table, "GET     /e/f/one public \"a test\"\n404     /{*}     role:viewer\n");
    let (app, _) = serve(without);
    assert_viewers_only(&app, "GET /e/f/zz", "viewer GET").await;

    let with = Router::new().nest("/e", middle().fallback(viewer));
    let table = with.access().to_string();
    assert_eq!(
        table,
        "GET     /e/f/one public \"a test\"\n404     /e/f/{*} role:admin\n404     /e/{*}   role:viewer\n"
    );
    let (app, _) = serve(with);
    assert_admins_only(&app, "GET /e/f/zz", "admin GET").await;
    assert_viewers_only(&app, "GET /e/zz", "viewer GET").await;
}

#[tokio::test]
async fn merged_fallback_handles_unknown_paths_of_both_routers() {
    let other = || Router::new().route("/other", get(viewer)).fallback(admin);
    for routes in [inner().merge(other()), other().merge(inner())] {
        let (app, _) = serve(routes);
        assert_admins_only(&app, "GET /two", "admin GET").await;
        assert_public(&app, "GET /one", "open GET").await;
        assert_viewers_only(&app, "GET /other", "viewer GET").await;
    }
}

#[tokio::test]
async fn reset_fallback_removes_nested_fallbacks() {
    let routes = Router::new().nest("/f", inner().fallback(admin)).fallback(viewer).reset_fallback();
    assert_eq!(routes.access().routes().len(), 1);
    let (app, _) = serve(routes);
    for path in ["/f/zz", "/g"] {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    assert_public(&app, "GET /f/one", "open GET").await;
}

#[tokio::test]
async fn method_not_allowed_fallback_checks_its_rule() {
    let routes = inner().route("/own", get(open).fallback(viewer)).method_not_allowed_fallback(admin);
    let (app, _) = serve(routes.route("/later", get(open)));
    assert_admins_only(&app, "POST /one", "admin POST").await;
    assert_viewers_only(&app, "POST /own", "viewer POST").await;
    assert_public(&app, "GET /one", "open GET").await;
    assert_eq!(ask(&app, "POST /later", &[]).await.status, 405, "as with axum, for what is there already");
    assert_eq!(ask(&app, "GET /two", &[]).await.status, 404);
}
