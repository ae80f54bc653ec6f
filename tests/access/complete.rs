//! Who answers and who is in the table are the same, however a router is put together.
//!
//! What no router takes in is held by the compiler, `tests/ui/router/fail`: `merges_no_axum_router`, `nests_no_axum_router`,
//! `takes_no_axum_method_router`, `fallback_declares_nothing`, `service_without_a_right`, `service_with_what_is_no_right`.

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

/// In which field an answer says whose it is, as `HEAD` has no body.
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

/// What a service is known by, which has no name.
async fn service() -> impl IntoResponse {
    [(WHO, "service")]
}

/// A service that answers whatever it is asked.
fn a_service() -> axum::Router {
    axum::Router::new().fallback(service)
}

/// A plain router with one path.
fn a_plain_router() -> axum::Router<App> {
    axum::Router::new().route("/u", axum::routing::any(async || [(WHO, "ungated")]))
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE", "BREW"];

const PATHS: [&str; 36] = [
    "/", "/a", "/a/", "/a/b", "/a/b/", "/a/q", "/a/q/c", "/a/b/c", "/a/u", "/f", "/f/", "/f/x", "/f/x/y",
    "/f/u", "/p", "/p/", "/p/a", "/p/a/", "/p/a/b", "/p/f", "/p/f/", "/p/f/z", "/p/p", "/p/p/a", "/p/p/zz",
    "/p/u", "/p/q/u", "/p/q/zz", "/b", "/b/", "/b/a", "/b/b", "/b/u", "/zz", "/zz/y", "//",
];

/// Asserts, for every method and path, that who answers is who the table says, and nobody where it says nobody.
async fn assert_told(table: &Table, app: &axum::Router) -> Result<(), String> {
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

/// What is served is what is told.
async fn assert_complete(routes: Router<App>) {
    let table = routes.access();
    assert_told(&table, &serve(routes).0).await.unwrap();
}
