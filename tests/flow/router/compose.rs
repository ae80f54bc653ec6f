//! Routers composed of routers.

use authgate::routing::get;
use authgate::{HasGate, Router};
use authgate_tests::app::{App, Ran, User, gate, serve};
use authgate_tests::ask::ask;

use super::{admin, for_admins, for_everybody, for_viewers, open, panic_of, viewer};

fn sub<S: HasGate<User> + Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(admin)).route("/{id}", get(viewer)).route("/open", get(open))
}

#[tokio::test]
async fn what_is_nested_keeps_its_rules() {
    let (app, _) = serve(Router::new().nest("/a", sub()).nest("/{b}/c", sub()));
    for prefix in ["/a", "/x/c"] {
        for_admins(&app, &format!("GET {prefix}"), "admin GET").await;
        for_viewers(&app, &format!("GET {prefix}/1"), "viewer GET").await;
        for_everybody(&app, &format!("GET {prefix}/open"), "open GET").await;
        assert_eq!(ask(&app, &format!("GET {prefix}/1/2"), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn what_is_merged_keeps_its_rules() {
    let (app, _) = serve(Router::new().route("/more", get(admin)).merge(sub()).merge(Router::default()));
    for_admins(&app, "GET /more", "admin GET").await;
    for_admins(&app, "GET /", "admin GET").await;
    for_viewers(&app, "GET /1", "viewer GET").await;
    for_everybody(&app, "GET /open", "open GET").await;
}

/// axum matches a path once. Another spelling of a path must not bypass a rule.
#[tokio::test]
async fn another_spelling_of_a_path_is_the_same_route_or_none() {
    let (app, _) = serve(Router::new().route("/admin", get(admin)).nest("/a", sub()));
    for path in
        ["/%61dmin", "/admin/", "//admin", "/ADMIN", "/admin%2F", "/./admin", "/a/../admin", "/admin;x"]
    {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    for_admins(&app, "GET /admin?x", "admin GET").await;
    for_viewers(&app, "GET /a/%6fpen", "viewer GET").await;
}

#[tokio::test]
async fn routers_of_two_states_are_nested_and_merged() {
    let plain = || Router::<authgate::Gate<User>>::new().route("/gate", get(admin)).fallback(viewer);
    let routes: Router<App> = Router::new()
        .route("/app", get(admin))
        .nest("/nested", plain().with_state_nested(gate()))
        .merge(plain().with_state_nested(gate()));
    let (app, _) = serve(routes);
    for path in ["/app", "/gate", "/nested/gate"] {
        for_admins(&app, &format!("GET {path}"), "admin GET").await;
    }
    for path in ["/unknown", "/nested/unknown"] {
        for_viewers(&app, &format!("GET {path}"), "viewer GET").await;
    }
}

#[test]
fn has_routes_is_axums() {
    assert!(!Router::<App>::new().fallback(open).has_routes());
    assert!(sub::<App>().has_routes());
}

#[test]
fn a_prefix_is_below_the_root_and_without_a_wildcard() {
    for path in ["", "/", "admin", "/{*rest}", "/a/{*rest}"] {
        let error = Router::<App>::new().try_nest(path, sub()).expect_err("no place to nest");
        let expected = format!(
            "cannot nest a router at {path:?}: write a path below the root, such as \"/admin\", without a wildcard; join routers with the same root with `.merge(..)`"
        );
        assert_eq!(error.to_string(), expected);
        let line = line!() + 1;
        assert_eq!(panic_of(|| Router::<App>::new().nest(path, sub())), (expected, file!().to_owned(), line));
    }
    assert!(Router::<App>::new().try_nest("/a/{b}", sub()).is_ok());
}

#[test]
fn two_fallbacks_are_an_error_where_they_meet() {
    let one = || Router::<App>::new().fallback(admin);
    let other = || Router::new().fallback(viewer);
    let expected = "both routers have a fallback, `flow::router::admin` and `flow::router::viewer`, but only one can handle a request that no route matches: remove one (`.reset_fallback()` on a router), or nest one of the routers";
    assert_eq!(one().try_merge(other()).expect_err("two").to_string(), expected);
    let line = line!() + 1;
    assert_eq!(panic_of(|| one().merge(other())), (expected.to_owned(), file!().to_owned(), line));
    assert!(one().try_merge(other().reset_fallback()).is_ok());
    assert!(one().reset_fallback().try_merge(other()).is_ok());
    assert!(one().try_merge(Router::new().nest("/a", other())).is_ok(), "the other one is elsewhere");
}

#[test]
fn what_overlaps_is_axums_panic_where_it_meets() {
    let at = |line: u32, (text, file, found): (String, String, u32)| {
        assert!(text.contains("Overlapping method route") || text.contains("conflict"), "{text}");
        assert_eq!((file.as_str(), found), (file!(), line));
    };
    at(line!(), panic_of(|| sub::<App>().route("/", get(open))));
    at(line!(), panic_of(|| sub::<App>().route("/{other}", get(open))));
    at(line!(), panic_of(|| sub::<App>().merge(sub())));
    at(line!(), panic_of(|| sub::<App>().nest("/a", sub()).nest("/a", sub())));
}

#[tokio::test]
async fn a_state_is_given_once_for_all() {
    let app = Router::new().nest("/a", sub()).with_state(App { gate: gate(), ran: Ran::default() });
    for_admins(&app, "GET /a", "admin GET").await;
}
