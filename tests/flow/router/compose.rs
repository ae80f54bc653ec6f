//! Routers composed of routers.

use authgate::routing::get;
use authgate::{HasGate, Router};
use authgate_tests::app::{App, Ran, User, gate, serve};
use authgate_tests::ask::ask;

use super::{admin, assert_admins_only, assert_public, assert_viewers_only, open, panic_of, viewer};

fn sub<S: HasGate<User> + Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(admin)).route("/{id}", get(viewer)).route("/open", get(open))
}

#[tokio::test]
async fn nested_routes_keep_their_rules() {
    let (app, _) = serve(Router::new().nest("/a", sub()).nest("/{b}/c", sub()));
    for prefix in ["/a", "/x/c"] {
        assert_admins_only(&app, &format!("GET {prefix}"), "admin GET").await;
        assert_viewers_only(&app, &format!("GET {prefix}/1"), "viewer GET").await;
        assert_public(&app, &format!("GET {prefix}/open"), "open GET").await;
        assert_eq!(ask(&app, &format!("GET {prefix}/1/2"), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn merged_routes_keep_their_rules() {
    let (app, _) = serve(Router::new().route("/more", get(admin)).merge(sub()).merge(Router::default()));
    assert_admins_only(&app, "GET /more", "admin GET").await;
    assert_admins_only(&app, "GET /", "admin GET").await;
    assert_viewers_only(&app, "GET /1", "viewer GET").await;
    assert_public(&app, "GET /open", "open GET").await;
}

/// axum matches a path once. Another spelling of a path must not bypass a rule.
#[tokio::test]
async fn other_spelling_of_a_path_cannot_bypass_the_rule() {
    let (app, _) = serve(Router::new().route("/admin", get(admin)).nest("/a", sub()));
    for path in
        ["/%61dmin", "/admin/", "//admin", "/ADMIN", "/admin%2F", "/./admin", "/a/../admin", "/admin;x"]
    {
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    assert_admins_only(&app, "GET /admin?x", "admin GET").await;
    assert_viewers_only(&app, "GET /a/%6fpen", "viewer GET").await;
}

#[tokio::test]
async fn routers_with_their_own_state_can_be_nested_and_merged() {
    let plain = || Router::<authgate::Gate<User>>::new().route("/gate", get(admin)).fallback(viewer);
    let routes: Router<App> = Router::new()
        .route("/app", get(admin))
        .nest("/nested", plain().with_state_nested(gate()))
        .merge(plain().with_state_nested(gate()));
    let (app, _) = serve(routes);
    for path in ["/app", "/gate", "/nested/gate"] {
        assert_admins_only(&app, &format!("GET {path}"), "admin GET").await;
    }
    for path in ["/unknown", "/nested/unknown"] {
        assert_viewers_only(&app, &format!("GET {path}"), "viewer GET").await;
    }
}

#[test]
fn has_routes_ignores_fallbacks() {
    assert!(!Router::<App>::new().fallback(open).has_routes());
    assert!(sub::<App>().has_routes());
}

#[test]
fn nest_rejects_the_root_and_wildcards() {
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
fn merge_of_two_fallbacks_is_an_error_at_the_call_site() {
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
fn overlapping_routes_panic_at_the_call_site() {
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
async fn with_state_provides_the_state_to_nested_routers() {
    let app = Router::new().nest("/a", sub()).with_state(App { gate: gate(), ran: Ran::default() });
    assert_admins_only(&app, "GET /a", "admin GET").await;
}
