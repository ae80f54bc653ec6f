//! The caller, for services, layers and spans behind the check.

mod grpc;

use std::convert::Infallible;

use authgate::routing::get;
use authgate::{Authenticated, Caller, Router};
use authgate_tests::app::{App, User, bearer, role, serve};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{token, token_of};
use axum::Extension;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use http::HeaderValue;
use serde_json::json;
use tower::{ServiceBuilder, service_fn};

async fn who(request: Request) -> Result<Response<String>, Infallible> {
    let caller = request.extensions().get::<Caller<User>>();
    let answer = caller.map(|user| format!("{} {} {user:?}", user.sub, user.context().scheme()));
    Ok(Response::new(answer.unwrap_or_default()))
}

/// Responds with the caller, as an access log would note it.
async fn note(request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller<User>>().cloned();
    let mut response = next.run(request).await;
    if let Some(caller) = caller {
        response.headers_mut().insert("x-caller", HeaderValue::from_str(&caller.sub).unwrap());
    }
    response
}

#[tokio::test]
async fn service_and_its_layers_see_the_caller() {
    let layered = ServiceBuilder::new().layer(from_fn(note)).service(service_fn(who));
    let application: axum::Router = axum::Router::new().route(
        "/who",
        axum::routing::get(|Extension(user): Extension<Caller<User>>| async move { user.sub.clone() }),
    );
    let (app, _) = serve(
        Router::new()
            .route_service::<role::Admin>("/right", service_fn(who))
            .route_service::<Authenticated<User>>("/any", layered)
            .nest_service::<Authenticated<User>>("/nested", application)
            .ungated(
                "/open",
                "anonymous callers are served",
                axum::Router::new().fallback_service(service_fn(who)),
            ),
    );
    let admin = token_of(&["admin"]);
    let seen = "vera Bearer Caller { scheme: \"Bearer\", .. }";
    ask_with(&app, "GET /right", &admin).await.assert_is(200, seen);
    let answer = ask_with(&app, "GET /any", &admin).await;
    answer.assert_is(200, seen);
    assert_eq!(answer.header("x-caller"), Some("vera"));
    ask_with(&app, "GET /nested/who", &admin).await.assert_is(200, "vera");
    // A service without a declaration sees no caller, whatever is presented.
    ask_with(&app, "GET /open/who", &admin).await.assert_is(200, "");
    ask_with(&app, "GET /right", &token_of(&["viewer"])).await.assert_denied(403, "role_missing", &[]);
    assert_eq!(ask(&app, "GET /any", &[]).await.status, 401);
}

#[tokio::test]
async fn layers_behind_a_middleware_see_the_caller() {
    async fn authenticate(_: Authenticated<User>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let gate = authgate::Gate::builder().scheme(bearer()).build().unwrap();
    let app: axum::Router = axum::Router::new()
        .fallback_service(service_fn(who))
        .layer(from_fn(note))
        .layer(from_fn_with_state(gate, authenticate));
    let answer = ask_with(&app, "GET /", &token(&json!({}))).await;
    assert_eq!(answer.header("x-caller"), Some("vera"));
}

mod span {
    use std::sync::{Arc, Mutex};

    use tracing::Subscriber;
    use tracing::field::{Field, Visit};
    use tracing::instrument::{Instrument as _, WithSubscriber as _};
    use tracing::span::{Id, Record};
    use tracing_subscriber::layer::{Context, SubscriberExt as _};
    use tracing_subscriber::{Layer, registry};

    use super::*;

    /// The values that were recorded after a span was created.
    #[derive(Clone, Default)]
    struct Recorded(Arc<Mutex<Vec<(String, String)>>>);

    impl Visit for Recorded {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            self.0.lock().unwrap().push((field.name().to_owned(), format!("{value:?}")));
        }
    }

    impl<S: Subscriber> Layer<S> for Recorded {
        fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
            values.record(&mut self.clone());
        }
    }

    async fn recorded(span: impl Fn() -> tracing::Span, token: &str) -> Vec<(String, String)> {
        async fn me(_: Authenticated<User>) {}
        let (app, _) = serve(Router::<App>::new().route("/me", get(me)));
        let recorded = Recorded::default();
        let dispatch = tracing::Dispatch::new(registry().with(recorded.clone()));
        async {
            let span = span();
            ask_with(&app, "GET /me", token).instrument(span).await;
        }
        .with_subscriber(dispatch)
        .await;
        recorded.0.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn enduser_id_is_recorded_on_a_span_that_declares_it() {
        let declared = || tracing::info_span!("request", enduser.id = tracing::field::Empty);
        let of = |name: &str| vec![("enduser.id".to_owned(), format!("{name:?}"))];
        assert_eq!(recorded(declared, &token(&json!({}))).await, of("vera"));
        // A name cannot add a line to the log.
        let forged = token(&json!({ "sub": "vera\nlevel=ERROR" }));
        assert_eq!(recorded(declared, &forged).await, of("vera\\nlevel=ERROR"));
        assert_eq!(recorded(|| tracing::info_span!("request"), &token(&json!({}))).await, []);
        assert_eq!(recorded(declared, "not a token").await, []);
    }
}
