//! The handler that responds is the one in the access table, for every way to build a router.
//!
//! The compiler rejects values that a router does not accept. The tests for that are in
//! `tests/ui/router/fail`: `merges_an_axum_router`, `nests_an_axum_router`,
//! `takes_an_axum_method_router`, `fallback_declares_nothing`, `service_without_a_right`,
//! `service_with_a_type_that_is_not_a_right`.

mod any_router;
mod oracle;
mod ways;

use authgate::Router;
use authgate::access::Table;
use authgate::public;
use authgate_tests::app::{App, serve};
use authgate_tests::ask::request;
use authgate_tests::token::token_of;
use axum::response::IntoResponse;
use http::HeaderName;
use oracle::Oracle;
use tower::ServiceExt as _;

/// The field that names the handler of a response. A field, because `HEAD` has no body.
const WHO: HeaderName = HeaderName::from_static("x-who");

macro_rules! handlers {
    ($($name:ident)*) => {
        $(
            #[public(reason = "a test")]
            async fn $name() -> impl IntoResponse {
                [(WHO, concat!(module_path!(), "::", stringify!($name)))]
            }
        )*
    };
}
handlers! { one two three four five six }

/// Identifies the service, because the access table does not name services.
async fn service() -> impl IntoResponse {
    [(WHO, "service")]
}

/// Returns a service that responds to every request.
fn catch_all_service() -> axum::Router {
    axum::Router::new().fallback(service)
}

/// Returns a plain router with one path.
fn plain_router() -> axum::Router<App> {
    axum::Router::new().route("/u", axum::routing::any(async || [(WHO, "ungated")]))
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE", "BREW"];

const PATHS: [&str; 36] = [
    "/", "/a", "/a/", "/a/b", "/a/b/", "/a/q", "/a/q/c", "/a/b/c", "/a/u", "/f", "/f/", "/f/x", "/f/x/y",
    "/f/u", "/p", "/p/", "/p/a", "/p/a/", "/p/a/b", "/p/f", "/p/f/", "/p/f/z", "/p/p", "/p/p/a", "/p/p/zz",
    "/p/u", "/p/q/u", "/p/q/zz", "/b", "/b/", "/b/a", "/b/b", "/b/u", "/zz", "/zz/y", "//",
];

/// Asserts that the handler of the table responds, for every method and path.
async fn check_table(table: &Table, app: &axum::Router) -> Result<(), String> {
    let oracle = Oracle::of(table);
    let token = format!("Bearer {}", token_of(&["admin"]));
    for path in PATHS {
        for method in METHODS {
            let request = request(&format!("{method} {path}"), &[("authorization", &token)]);
            let answer = app.clone().oneshot(request).await.unwrap();
            let who = answer.headers().get(WHO).map(|who| who.to_str().unwrap());
            let who = who.map_or_else(|| answer.status().as_str().to_owned(), str::to_owned);
            let told = oracle.who(method, path);
            if !told.contains(&who) {
                return Err(format!("{method} {path}: {who} answers, and the table says {told:?}\n{table}"));
            }
        }
    }
    Ok(())
}

/// Asserts that the served routes are the routes in the table.
async fn assert_complete(routes: Router<App>) {
    let table = routes.access();
    check_table(&table, &serve(routes).0).await.unwrap();
}
