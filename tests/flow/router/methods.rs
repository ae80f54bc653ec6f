//! The response of a path for each method.

use authgate::routing::{
    MethodFilter, any, connect, delete, get, head, on, options, patch, post, put, trace,
};
use authgate::{Authenticated, Authorized, MethodRouter, Router, requires};
use authgate_tests::app::{Role, User, gate, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;

use super::{admin, for_admins, for_everybody, for_viewers, open, panic_of, viewer};

type State = authgate::Gate<User>;

const ALL: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

fn at(methods: MethodRouter<State>) -> axum::Router {
    Router::new().route("/", methods).with_state(gate())
}

/// Returns the expected body, which is empty for some methods (RFC 9110 sections 9.3.2 and 9.3.6).
fn body(who: &str, method: &str) -> String {
    if matches!(method, "HEAD" | "CONNECT") { String::new() } else { format!("{who} {method}") }
}

#[tokio::test]
async fn each_function_answers_its_method_and_no_other() {
    let functions = [
        connect(admin),
        delete(admin),
        get(admin),
        head(admin),
        options(admin),
        patch(admin),
        post(admin),
        put(admin),
        trace(admin),
    ];
    for (name, methods) in ALL.into_iter().zip(functions) {
        let app = at(methods);
        for method in ALL {
            let line = format!("{method} /");
            if method == name || (name, method) == ("GET", "HEAD") {
                for_admins(&app, &line, &body("admin", method)).await;
            } else {
                assert_eq!(ask(&app, &line, &[]).await.status, 405, "{line} of {name}");
            }
        }
    }
}

#[tokio::test]
async fn each_method_chains_with_a_rule_of_its_own() {
    let chained = MethodRouter::new()
        .connect(admin)
        .delete(viewer)
        .get(open)
        .head(admin)
        .options(viewer)
        .patch(open)
        .post(admin)
        .put(viewer)
        .trace(open);
    let app = at(chained);
    for (position, method) in ALL.into_iter().enumerate() {
        let line = format!("{method} /");
        match position % 3 {
            0 => for_admins(&app, &line, &body("admin", method)).await,
            1 => for_viewers(&app, &line, &body("viewer", method)).await,
            _ => for_everybody(&app, &line, &body("open", method)).await,
        }
    }
}

#[tokio::test]
async fn on_takes_several_methods() {
    let app = at(on(MethodFilter::PUT.or(MethodFilter::POST), admin)
        .on(MethodFilter::GET.or(MethodFilter::PATCH), viewer));
    for_admins(&app, "PUT /", "admin PUT").await;
    for_admins(&app, "POST /", "admin POST").await;
    for_viewers(&app, "GET /", "viewer GET").await;
    for_viewers(&app, "HEAD /", "").await;
    for_viewers(&app, "PATCH /", "viewer PATCH").await;
    assert_eq!(ask(&app, "DELETE /", &[]).await.status, 405);
}

#[tokio::test]
async fn any_takes_every_method_that_has_no_handler_of_its_own() {
    let app = at(any(admin).get(open).post(viewer));
    for method in ["DELETE", "PUT", "OPTIONS", "BREW"] {
        for_admins(&app, &format!("{method} /"), &format!("admin {method}")).await;
    }
    for_everybody(&app, "GET /", "open GET").await;
    for_everybody(&app, "HEAD /", "").await;
    for_viewers(&app, "POST /", "viewer POST").await;
}

#[tokio::test]
async fn a_fallback_takes_the_other_methods_and_the_last_one_counts() {
    let app = at(get(open).fallback(open).fallback(admin));
    for_everybody(&app, "GET /", "open GET").await;
    for_admins(&app, "DELETE /", "admin DELETE").await;
}

#[tokio::test]
async fn method_routers_merge_with_their_rules() {
    let app = at(get(open).merge(post(admin)).merge(any(viewer)));
    for_everybody(&app, "GET /", "open GET").await;
    for_admins(&app, "POST /", "admin POST").await;
    for_viewers(&app, "PUT /", "viewer PUT").await;
}

#[tokio::test]
async fn a_path_that_is_routed_twice_answers_both() {
    let app = Router::new().route("/", get(open)).route("/", post(admin)).with_state(gate());
    for_everybody(&app, "GET /", "open GET").await;
    for_admins(&app, "POST /", "admin POST").await;
}

#[test]
fn two_fallbacks_of_a_path_are_a_panic_where_they_meet() {
    let line = line!() + 1;
    let (text, file, at) = panic_of(|| any::<_, _, State>(admin).merge(get(open).fallback(viewer)));
    let names = "both routers have a fallback, `flow::router::admin` and `flow::router::viewer`, but only";
    assert!(text.starts_with(names), "{text}");
    assert_eq!((file.as_str(), at), (file!(), line));
}

#[test]
fn two_handlers_of_a_method_are_axums_panic_where_they_meet() {
    let line = line!() + 1;
    let (text, file, at) = panic_of(|| get::<_, _, State>(admin).get(open));
    assert!(text.starts_with("Overlapping method route"), "{text}");
    assert_eq!((file.as_str(), at), (file!(), line));
}

#[tokio::test]
async fn a_method_router_takes_its_state_early() {
    let app: axum::Router = Router::new().route("/", get(admin).post(open).with_state(gate())).with_state(());
    for_admins(&app, "GET /", "admin GET").await;
    for_everybody(&app, "POST /", "open POST").await;
}

#[requires(role = "editor")]
async fn edit() -> &'static str {
    "edited"
}

#[tokio::test]
async fn closures_and_generic_functions_are_handlers() {
    async fn generic<T: std::fmt::Display + 'static>(_: Authorized<role::Admin>) -> String {
        std::any::type_name::<T>().to_owned()
    }
    let kept = String::from("kept");
    let closure = move |user: Authenticated<User>| {
        let kept = kept.clone();
        async move { format!("{} {kept}", user.sub) }
    };
    let app = Router::new()
        .route("/closure", get(closure))
        .route("/generic", get(generic::<u8>))
        .route("/macro", get(edit))
        .with_state(gate());
    for_viewers(&app, "GET /closure", "vera kept").await;
    for_admins(&app, "GET /generic", "u8").await;
    for_admins(&app, "GET /macro", "edited").await;
    ask_with(&app, "GET /macro", &token_of(&["editor"])).await.assert_is(200, "edited");
}
