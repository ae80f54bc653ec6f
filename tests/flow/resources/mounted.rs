//! Resources on other routers than authgate's, and in layers. The order and the responses are the
//! same, and no key comes from the wrong parameter.

use authgate::resource::{Concealed, ConcealedUnless, With};
use authgate::{Granted, Router};
use authgate_tests::app::role;
use authgate_tests::ask::{ask, ask_with};
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};

use super::{App, CanEdit, CanRead, Report, app, read, token_for, vera};
use crate::events::capture::capture;

async fn concealed(proof: Concealed<Granted<CanEdit, Report>>) -> String {
    format!("edit {}", proof.id)
}

async fn concealed_unless_readable(proof: ConcealedUnless<CanRead, Granted<CanEdit, Report>>) -> String {
    format!("edit {}", proof.id)
}

async fn with_role(proof: With<role::Editor, Concealed<Granted<CanEdit, Report>>>) -> String {
    format!("edit {}", proof.id)
}

async fn pass(request: axum::extract::Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

async fn assert_response_fields(app: &axum::Router) {
    for (path, [vera_s, ada_s, open, missing]) in [
        ("/read", [200, 403, 200, 404]),
        ("/hidden", [200, 404, 404, 404]),
        ("/half", [200, 404, 403, 404]),
        ("/given", [200, 404, 404, 404]),
    ] {
        let editor = token_for("vera", &["editor"]);
        for (id, status) in [("1", vera_s), ("2", ada_s), ("3", open), ("9", missing), ("x", missing)] {
            let line = format!("GET {path}/{id}");
            assert_eq!(ask_with(app, &line, &editor).await.status, status, "{line}");
            assert_eq!(ask(app, &line, &[]).await.status, 401, "{line}");
        }
    }
    assert_eq!(ask_with(app, "GET /given/1", &vera()).await.status, 403);
}

#[tokio::test]
async fn plain_axum_router_gives_the_same_responses() {
    use axum::routing::get;
    let state = App::new();
    let app = axum::Router::new()
        .route("/read/{id}", get(read))
        .route("/hidden/{id}", get(concealed))
        .route("/half/{id}", get(concealed_unless_readable))
        .route("/given/{id}", get(with_role))
        .layer(state.gate.layer())
        .with_state(state);
    assert_response_fields(&app).await;
}

#[tokio::test]
async fn layered_handlers_give_the_same_responses() {
    use authgate::routing::get;
    let app = Router::new()
        .route("/read/{id}", get(read.layer(from_fn(pass))))
        .route("/hidden/{id}", get(concealed.layer(from_fn(pass))))
        .route("/half/{id}", get(concealed_unless_readable.layer(from_fn(pass)).layer(from_fn(pass))))
        .route("/given/{id}", get(with_role.layer(from_fn(pass))))
        .layer(from_fn(pass))
        .with_state(App::new());
    assert_response_fields(&app).await;
}

#[tokio::test]
async fn layered_handler_without_the_key_parameter_panics_at_startup() {
    use authgate::routing::get;
    let routes = Router::<App>::new().route("/read", get(read.layer(from_fn(pass))));
    let with_state = std::panic::AssertUnwindSafe(|| routes.with_state(App::new()));
    assert!(std::panic::catch_unwind(with_state).is_err());
}

/// The prefix is unknown at startup. In `/{org}/reports/{id}`, a key by position is ambiguous.
#[tokio::test]
async fn ambiguous_key_under_an_axum_prefix_is_503() {
    let (inner, state) = app();
    let app = axum::Router::new().nest("/{org}", inner);
    for path in ["/1/reports/2", "/2/reports/1", "/1/reports/1"] {
        let (answer, events) = capture(ask_with(&app, &format!("GET {path}"), &vera())).await;
        answer.assert_denied(503, "undecided", &[]);
        assert!(events.iter().any(|event| event.target == "authgate::gate"), "{events:?}");
    }
    assert_eq!((state.asked.take().len(), state.ran.times()), (0, 0));
}

#[tokio::test]
async fn missing_key_parameter_on_a_plain_axum_router_is_503() {
    let state = App::new();
    let app = axum::Router::new()
        .route("/", axum::routing::get(read))
        .route("/{org}/{id}", axum::routing::get(concealed))
        .with_state(state.clone());
    for path in ["/", "/1/1"] {
        assert_eq!(ask_with(&app, &format!("GET {path}"), &vera()).await.status, 503, "{path}");
        assert_eq!(ask(&app, &format!("GET {path}"), &[]).await.status, 401, "{path}");
    }
    assert_eq!(state.asked.take().len(), 0);
}
