//! Each way to add routes, as listed in the documentation of `Router::access`.

use std::convert::Infallible;

use authgate::access::{Route, Table};
use authgate::routing::{MethodFilter, any, get, head, on, post};
use authgate::{Authenticated, Authorized, Router};
use authgate_tests::app::{App, User, gate, role, serve};
use authgate_tests::ask::ask;
use axum::extract::Request;
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tower::service_fn;

use super::{
    WHO, assert_complete, catch_all_service, check_table, five, four, one, plain_router, six, three, two,
};

fn lines(table: &Table) -> Vec<String> {
    let mut lines: Vec<_> =
        table.iter().map(|route| format!("{} {}", route.method(), route.path())).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn table_lists_each_method_of_a_path() {
    let routes = Router::<App>::new()
        .route("/a", get(one).post(two).on(MethodFilter::TRACE.or(MethodFilter::DELETE), three));
    assert_eq!(lines(&routes.access()), ["DELETE /a", "GET /a", "POST /a", "TRACE /a"]);
    assert_complete(routes).await;
}

#[tokio::test]
async fn get_handles_head_unless_head_has_its_own_handler() {
    assert_complete(
        Router::new().route("/a", get(one)).route("/b", get(two).head(three)).route("/f", head(four)),
    )
    .await;
    let (app, _) = serve(Router::new().route("/a", get(one)).route("/b", get(one).head(two)));
    assert!(ask(&app, "HEAD /a", &[]).await.header("x-who").unwrap().ends_with("one"));
    assert!(ask(&app, "HEAD /b", &[]).await.header("x-who").unwrap().ends_with("two"));
}

#[tokio::test]
async fn any_is_listed_as_the_remaining_methods() {
    let routes =
        Router::new().route("/a", any(one).post(two)).route("/f/{*rest}", post(three).fallback(four));
    assert_eq!(lines(&routes.access()), ["* /a", "* /f/{*rest}", "POST /a", "POST /f/{*rest}"]);
    assert_complete(routes).await;
}

#[tokio::test]
async fn merged_method_routers_are_listed() {
    let methods = get(one).merge(post(two)).merge(on(MethodFilter::DELETE, three).fallback(four));
    let routes = Router::new()
        .route("/a", methods)
        .route("/a/b", get(five).with_state(state()))
        .route("/a/b", post(six));
    assert_eq!(lines(&routes.access()).len(), 6);
    assert_complete(routes).await;
}

#[tokio::test]
async fn fallbacks_are_listed_and_the_last_one_wins() {
    assert_complete(Router::new().route("/a", get(one)).fallback(two)).await;
    assert_complete(Router::new().fallback(one).fallback(two).route("/a", get(three))).await;
    assert_complete(Router::new().nest("/p", Router::new().fallback(one)).fallback(two).reset_fallback())
        .await;
    assert_complete(
        Router::new().nest("/p", Router::new().nest("/a", Router::new().fallback(one)).fallback(three)),
    )
    .await;
}

#[tokio::test]
async fn method_fallbacks_are_listed_and_the_first_one_wins() {
    let routes = Router::new()
        .route("/a", get(one))
        .method_not_allowed_fallback(two)
        .route("/a/b", get(one))
        .method_not_allowed_fallback(three)
        .route("/f", get(one));
    assert_eq!(lines(&routes.access()), ["405 /a", "405 /a/b", "GET /a", "GET /a/b", "GET /f"]);
    let told: Vec<_> =
        routes.access().iter().filter(|route| route.method() == "405").map(Route::handler).collect();
    assert!(told[0].ends_with("two") && told[1].ends_with("three"), "{told:?}");
    assert_complete(routes).await;
    let nested = Router::new().route("/", get(one)).method_not_allowed_fallback(two);
    assert_complete(
        Router::new().nest("/p", nested).route("/a", post(four)).method_not_allowed_fallback(five),
    )
    .await;
}

#[tokio::test]
async fn services_are_listed_with_their_right() {
    let routes = Router::new()
        .route_service::<role::Admin>("/a", catch_all_service())
        .nest_service::<Authenticated<User>>("/f", catch_all_service())
        .nest_service::<Authorized<role::Viewer, User>>("/b/", catch_all_service());
    assert_eq!(lines(&routes.access()), ["* /a", "* /b/", "* /f"]);
    assert_complete(routes).await;
}

#[tokio::test]
async fn ungated_router_is_listed_as_one_prefix() {
    let routes = Router::new().route("/f/x", get(one)).ungated("/f", "a test", plain_router()).fallback(two);
    assert_eq!(lines(&routes.access()), ["* /f", "404 ", "GET /f/x"]);
    assert_complete(routes).await;
    // Stricter than the table says, and listed in it.
    let routes = Router::new()
        .route("/a", get(one))
        .ungated("/f", "a test", get_only_router())
        .method_not_allowed_fallback(two);
    let (app, _) = serve(routes);
    assert_eq!(ask(&app, "GET /f/u", &[]).await.header("x-who"), Some("ungated"));
    assert!(ask(&app, "POST /f/u", &[]).await.header("x-who").unwrap().ends_with("two"));
}

fn get_only_router() -> axum::Router<App> {
    axum::Router::new().route("/u", axum::routing::get(async || [(WHO, "ungated")]))
}

#[tokio::test]
async fn merged_and_nested_routers_are_listed_at_their_paths() {
    let inner = || Router::new().route("/", get(one)).route("/a", post(two)).fallback(three);
    assert_complete(Router::new().merge(inner()).route("/zz", get(four))).await;
    assert_complete(
        Router::new().nest("/p", inner()).merge(Router::new().route("/a", get(five)).fallback(six)),
    )
    .await;
    assert_complete(Router::new().nest("/p", Router::new().nest("/p", inner()))).await;
    assert_complete(Router::new().nest("/b/", inner())).await;
}

#[tokio::test]
async fn router_with_its_own_state_is_listed() {
    let other: Router<App> =
        Router::<App>::new().route("/a", get(one)).fallback(two).with_state_nested(state());
    assert_complete(Router::new().nest("/p", other.clone()).merge(other)).await;
}

#[tokio::test]
async fn layer_can_respond_itself_but_bypasses_no_rule() {
    async fn answers(_: Request, _: Next) -> Response {
        [(WHO, "layer")].into_response()
    }
    async fn passes(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    // The layer responds, whatever the table says about the handlers. No handler has run.
    let routes = Router::new().route("/a", get(admin)).layer(from_fn(answers)).route("/b", get(admin));
    let (app, ran) = serve(routes);
    assert_eq!(ask(&app, "GET /a", &[]).await.header("x-who"), Some("layer"));
    assert_eq!(ask(&app, "GET /b", &[]).await.status, 401);
    // A layer that changes the request gets the response for the changed request.
    let becomes_admin = |mut request: Request, next: Next| async move {
        *request.uri_mut() = "/b".parse().unwrap();
        *request.method_mut() = http::Method::GET;
        next.run(request).await
    };
    let routes = Router::new().route("/a", get(one)).route("/b", get(admin)).layer(from_fn(becomes_admin));
    let (again, _) = serve(routes);
    assert!(
        ask(&again, "GET /a", &[]).await.header("x-who").unwrap().ends_with("one"),
        "what is routed is routed"
    );
    for line in ["GET /b", "POST /b", "GET /zz"] {
        assert_ne!(ask(&again, line, &[]).await.status, 200, "{line}");
    }
    assert_eq!(ran.times(), 0);
    // Layers around a handler, a path and a router do not hide anything from the table.
    let routes = Router::new()
        .route("/a", get(one.layer(from_fn(passes))))
        .route("/a/b", get(two).layer(from_fn(passes)).post(three).route_layer(from_fn(passes)))
        .layer(from_fn(passes))
        .fallback(four)
        .route_layer(from_fn(passes));
    assert_eq!(lines(&routes.access()).len(), 4);
    assert_complete(routes).await;
}

async fn admin(
    _: Authorized<role::Admin>,
    axum::extract::State(ran): axum::extract::State<authgate_tests::app::Ran>,
) {
    ran.count();
}

/// The table is built before the state is set. Routes added to the plain router afterwards belong
/// to axum and are not in it.
#[tokio::test]
async fn routes_added_after_with_state_are_not_listed() {
    let routes = Router::<App>::new().route("/a", get(one));
    let table = routes.access();
    let (app, _) = serve(routes);
    assert_eq!(check_table(&table, &app).await, Ok(()));
    let more = app.route("/zz", axum::routing::get(async || [(WHO, "nobody")]));
    let untold = check_table(&table, &more).await.unwrap_err();
    assert!(untold.starts_with("GET /zz: nobody answers"), "{untold}");
}

/// Like `Router`: a service that can fail does not compile as a route, and one that cannot fail is
/// in the table.
#[tokio::test]
async fn infallible_service_is_listed() {
    let service =
        service_fn(|_: Request| async { Ok::<_, Infallible>(([(WHO, "service")], "plain").into_response()) });
    let routes = Router::<App>::new().nest_service::<role::Admin>("/f", service);
    let table = routes.access();
    assert_eq!(lines(&table), ["* /f"]);
    let (app, _) = serve(routes);
    for line in ["GET /f", "POST /f/", "BREW /f/x/y"] {
        assert_eq!(ask(&app, line, &[]).await.status, 401, "{line}");
    }
    assert_eq!(ask(&app, "GET /fx", &[]).await.status, 404);
}

#[test]
fn two_handlers_below_one_path_are_rejected() {
    let router = || Router::<App>::new().ungated("/f", "a test", plain_router());
    let refused = |router: fn(Router<App>) -> Router<App>, before: Router<App>| {
        let panic =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| router(before))).map(drop).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    let expected = "two handlers match all paths below \"/f\", but the access table can show only one of them: move one to another path; join plain routers first, `ungated(\"/f\", \"..\", one.merge(other))`";
    assert_eq!(refused(|router| router.ungated("/f", "another", plain_router_at_v()), router()), expected);
    assert_eq!(
        refused(|router| router.nest_service::<role::Admin>("/f", catch_all_service()), router()),
        expected
    );
    assert_eq!(refused(|router| router.route("/f/{*rest}", any(one)), router()), expected);
    assert_eq!(
        refused(
            |router| router.merge(Router::new().ungated("/f/", "another", plain_router_at_v())),
            router()
        ),
        expected
    );
    let error = Router::<App>::new().route("/f/{*rest}", any(one)).try_merge(router()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

fn plain_router_at_v() -> axum::Router<App> {
    axum::Router::new().route("/v", axum::routing::get(async || ()))
}

fn state() -> App {
    App { gate: gate(), ran: authgate_tests::app::Ran::default() }
}
