//! Extractor impls for proofs that other crates can write.

use std::panic::{AssertUnwindSafe, catch_unwind};

use authgate::routing::get;
use authgate::{Authorized, Denial, Gate, Router};
use authgate_tests::app::{User, gate, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;
use axum::extract::{FromRef, FromRequest, Request};
use axum::handler::Handler;
use tower::layer::layer_fn;

#[derive(Clone, FromRef)]
struct Mine {
    gate: Gate<User>,
}

/// A custom marker type, which allows a second impl of `FromRequest` for a proof.
struct Otherwise;

impl FromRequest<Mine, Otherwise> for Authorized<role::Admin, User> {
    type Rejection = Denial;

    /// Equivalent to a proof kept from an admin's earlier request.
    async fn from_request(_: Request, state: &Mine) -> Result<Self, Denial> {
        let credentials = authgate::credentials::Credentials::bearer(&token_of(&["admin"])).expect("ASCII");
        state.gate.unauthenticated(credentials).authenticate().await?.authorize()
    }
}

async fn purge(_: Authorized<role::Admin>) -> &'static str {
    "purged"
}

async fn edit(_: Authorized<role::Editor>) -> &'static str {
    "edited"
}

type Parameters = (Otherwise, Authorized<role::Admin, User>);

#[tokio::test]
async fn custom_from_request_impl_is_not_used() {
    let app =
        Router::new().route("/plain", get::<_, Parameters, Mine>(purge)).with_state(Mine { gate: gate() });
    let plain = ask(&app, "GET /plain", &[]).await;
    assert_eq!(plain.status, 401, "authgate extracts it, whatever the marker");
    assert_eq!(ask_with(&app, "GET /plain", &token_of(&["admin"])).await.body, "purged");
}

#[test]
fn rejects_custom_from_request_impl_under_a_layer_at_startup() {
    let layered = Handler::<Parameters, Mine>::layer(purge, layer_fn(|inner| inner));
    let routes = Router::new().nest("/nested", Router::new().route("/layered", get(layered)));
    let start = AssertUnwindSafe(|| -> axum::Router { routes.with_state(Mine { gate: gate() }) });
    let panic = catch_unwind(start).unwrap_err().downcast::<String>().unwrap();
    assert!(panic.contains("custom `FromRequest`: write `get(handler).layer(..)`"), "{panic}");
    assert!(panic.contains("extracted.rs"), "{panic}");
}

#[tokio::test]
async fn layer_around_a_handler_does_not_change_the_decision() {
    let layered = edit.layer(layer_fn(|inner| inner));
    let app = Router::new().route("/layered", get(layered)).with_state(Mine { gate: gate() });
    assert_eq!(ask(&app, "GET /layered", &[]).await.status, 401);
    assert_eq!(ask_with(&app, "GET /layered", &token_of(&["viewer"])).await.status, 403);
    assert_eq!(ask_with(&app, "GET /layered", &token_of(&["editor"])).await.body, "edited");
}
