//! Fallbacks. Each test also checks the entry in the access table.

use authgate::Router;
use authgate::routing::get;
use authgate_tests::app::{App, serve};
use authgate_tests::ask::ask;

use super::{admin, for_admins, for_everybody, for_viewers, open, viewer};

fn inner() -> Router<App> {
    Router::new().route("/one", get(open))
}

#[tokio::test]
async fn a_fallback_answers_every_other_path_and_method_of_it() {
    let (app, _) = serve(inner().fallback(admin));
    for line in ["GET /", "GET /two", "POST /two", "BREW /one/two"] {
        let (method, _) = line.split_once(' ').unwrap();
        for_admins(&app, line, &format!("admin {method}")).await;
    }
    for_everybody(&app, "GET /one", "open GET").await;
    assert_eq!(ask(&app, "POST /one", &[]).await.status, 405, "the path is there");
}

#[tokio::test]
async fn the_last_fallback_counts() {
    let routes = inner().fallback(open).fallback(admin);
    assert_eq!(routes.access().routes().len(), 2);
    let (app, _) = serve(routes);
    for_admins(&app, "GET /two", "admin GET").await;
}

#[tokio::test]
async fn a_nested_router_without_a_fallback_has_the_outer_one() {
    let (app, _) = serve(Router::new().nest("/f", inner()).fallback(admin));
    for path in ["/f", "/f/", "/f/two"] {
        for_admins(&app, &format!("GET {path}"), "admin GET").await;
    }
}

#[tokio::test]
async fn a_nested_fallback_answers_the_prefix_and_what_is_below_but_not_the_slash() {
    let routes = Router::new().nest("/f", inner().fallback(admin)).fallback(viewer);
    let (app, _) = serve(routes);
    for_admins(&app, "GET /f", "admin GET").await;
    for_admins(&app, "GET /f/zz", "admin GET").await;
    for_admins(&app, "GET /f/z/z", "admin GET").await;
    for_viewers(&app, "GET /f/", "viewer GET").await;
    for_viewers(&app, "GET /g", "viewer GET").await;
}

#[tokio::test]
async fn a_nested_fallback_stays_where_it_is_without_an_outer_one() {
    let (app, _) = serve(Router::new().nest("/f", inner().fallback(admin)));
    for_admins(&app, "GET /f/zz", "admin GET").await;
    for path in ["/f/", "/g"] {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
}

/// Like axum: a nested router keeps its fallbacks only if it has a fallback at its own root.
#[tokio::test]
async fn a_fallback_that_is_nested_twice_is_where_the_table_says() {
    let middle = || Router::new().nest("/f", inner().fallback(admin));
    let without = Router::new().nest("/e", middle()).fallback(viewer);
    let table = without.access().to_string();
    assert_eq!(table, "GET     /e/f/one public \"a test\"\n404     /{*}     role:viewer\n");
    let (app, _) = serve(without);
    for_viewers(&app, "GET /e/f/zz", "viewer GET").await;

    let with = Router::new().nest("/e", middle().fallback(viewer));
    let table = with.access().to_string();
    assert_eq!(
        table,
        "GET     /e/f/one public \"a test\"\n404     /e/f/{*} role:admin\n404     /e/{*}   role:viewer\n"
    );
    let (app, _) = serve(with);
    for_admins(&app, "GET /e/f/zz", "admin GET").await;
    for_viewers(&app, "GET /e/zz", "viewer GET").await;
}

#[tokio::test]
async fn a_merged_fallback_answers_for_all() {
    let other = || Router::new().route("/other", get(viewer)).fallback(admin);
    for routes in [inner().merge(other()), other().merge(inner())] {
        let (app, _) = serve(routes);
        for_admins(&app, "GET /two", "admin GET").await;
        for_everybody(&app, "GET /one", "open GET").await;
        for_viewers(&app, "GET /other", "viewer GET").await;
    }
}

#[tokio::test]
async fn reset_fallback_takes_the_nested_ones_away_too() {
    let routes = Router::new().nest("/f", inner().fallback(admin)).fallback(viewer).reset_fallback();
    assert_eq!(routes.access().routes().len(), 1);
    let (app, _) = serve(routes);
    for path in ["/f/zz", "/g"] {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    for_everybody(&app, "GET /f/one", "open GET").await;
}

#[tokio::test]
async fn a_method_that_is_not_taken_may_be_answered_by_a_rule() {
    let routes = inner().route("/own", get(open).fallback(viewer)).method_not_allowed_fallback(admin);
    let (app, _) = serve(routes.route("/later", get(open)));
    for_admins(&app, "POST /one", "admin POST").await;
    for_viewers(&app, "POST /own", "viewer POST").await;
    for_everybody(&app, "GET /one", "open GET").await;
    assert_eq!(ask(&app, "POST /later", &[]).await.status, 405, "as with axum, for what is there already");
    assert_eq!(ask(&app, "GET /two", &[]).await.status, 404);
}
