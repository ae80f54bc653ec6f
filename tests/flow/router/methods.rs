//! The response of a path for each method.

use authgate::routing::{
    MethodFilter, any, connect, delete, get, head, on, options, patch, post, put, trace,
};
use authgate::{Authenticated, Authorized, MethodRouter, Router, requires};
use authgate_tests::app::{Role, User, gate, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;

use super::{admin, assert_admins_only, assert_public, assert_viewers_only, open, panic_of, viewer};

type State = authgate::Gate<User>;

const ALL: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

fn app_of(methods: MethodRouter<State>) -> axum::Router {
    Router::new().route("/", methods).with_state(gate())
}

/// Returns the expected body, which is empty for some methods (RFC 9110 sections 9.3.2 and 9.3.6).
fn body(who: &str, method: &str) -> String {
    if matches!(method, "HEAD" | "CONNECT") { String::new() } else { format!("{who} {method}") }
}

#[tokio::test]
async fn each_method_function_handles_only_its_method() {
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
        let app = app_of(methods);
        for method in ALL {
            let line = format!("{method} /");
            if method == name || (name, method) == ("GET", "HEAD") {
                assert_admins_only(&app, &line, &body("admin", method)).await;
            } else {
                assert_eq!(ask(&app, &line, &[]).await.status, 405, "{line} of {name}");
            }
        }
    }
}

#[tokio::test]
async fn each_chained_method_has_its_own_rule() {
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
    let app = app_of(chained);
    for (position, method) in ALL.into_iter().enumerate() {
        let line = format!("{method} /");
        match position % 3 {
            0 => assert_admins_only(&app, &line, &body("admin", method)).await,
            1 => assert_viewers_only(&app, &line, &body("viewer", method)).await,
            _ => assert_public(&app, &line, &body("open", method)).await,
        }
    }
}

#[tokio::test]
async fn on_handles_several_methods() {
    let app = app_of(
        on(MethodFilter::PUT.or(MethodFilter::POST), admin)
            .on(MethodFilter::GET.or(MethodFilter::PATCH), viewer),
    );
    assert_admins_only(&app, "PUT /", "admin PUT").await;
    assert_admins_only(&app, "POST /", "admin POST").await;
    assert_viewers_only(&app, "GET /", "viewer GET").await;
    assert_viewers_only(&app, "HEAD /", "").await;
    assert_viewers_only(&app, "PATCH /", "viewer PATCH").await;
    assert_eq!(ask(&app, "DELETE /", &[]).await.status, 405);
}

#[tokio::test]
async fn any_handles_methods_without_their_own_handler() {
    let app = app_of(any(admin).get(open).post(viewer));
    for method in ["DELETE", "PUT", "OPTIONS", "BREW"] {
        assert_admins_only(&app, &format!("{method} /"), &format!("admin {method}")).await;
    }
    assert_public(&app, "GET /", "open GET").await;
    assert_public(&app, "HEAD /", "").await;
    assert_viewers_only(&app, "POST /", "viewer POST").await;
}

#[tokio::test]
async fn method_fallback_handles_other_methods_and_the_last_one_wins() {
    let app = app_of(get(open).fallback(open).fallback(admin));
    assert_public(&app, "GET /", "open GET").await;
    assert_admins_only(&app, "DELETE /", "admin DELETE").await;
}

#[tokio::test]
async fn merged_method_routers_keep_their_rules() {
    let app = app_of(get(open).merge(post(admin)).merge(any(viewer)));
    assert_public(&app, "GET /", "open GET").await;
    assert_admins_only(&app, "POST /", "admin POST").await;
    assert_viewers_only(&app, "PUT /", "viewer PUT").await;
}

#[tokio::test]
async fn path_routed_twice_handles_both_methods() {
    let app = Router::new().route("/", get(open)).route("/", post(admin)).with_state(gate());
    assert_public(&app, "GET /", "open GET").await;
    assert_admins_only(&app, "POST /", "admin POST").await;
}

#[test]
fn merge_of_two_method_fallbacks_panics_at_the_call_site() {
    let line = line!() + 1;
    let (text, file, at) = panic_of(|| any::<_, _, State>(admin).merge(get(open).fallback(viewer)));
    let names = "both routers have a fallback, `flow::router::admin` and `flow::router::viewer`, but only";
    assert!(text.starts_with(names), "{text}");
    assert_eq!((file.as_str(), at), (file!(), line));
}

#[test]
fn two_handlers_of_a_method_panic_at_the_call_site() {
    let line = line!() + 1;
    let (text, file, at) = panic_of(|| get::<_, _, State>(admin).get(open));
    assert!(text.starts_with("Overlapping method route"), "{text}");
    assert_eq!((file.as_str(), at), (file!(), line));
}

#[tokio::test]
async fn method_router_can_have_its_own_state() {
    let app: axum::Router = Router::new().route("/", get(admin).post(open).with_state(gate())).with_state(());
    assert_admins_only(&app, "GET /", "admin GET").await;
    assert_public(&app, "POST /", "open POST").await;
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
    assert_viewers_only(&app, "GET /closure", "vera kept").await;
    assert_admins_only(&app, "GET /generic", "u8").await;
    assert_admins_only(&app, "GET /macro", "edited").await;
    ask_with(&app, "GET /macro", &token_of(&["editor"])).await.assert_is(200, "edited");
}
