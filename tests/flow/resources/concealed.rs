//! A concealed resource and a missing one get identical responses.

use authgate::resource::Loaded;
use authgate::routing::get;
use authgate::{Authenticated, Denial, Router};
use authgate_tests::ask::{Answer, ask, ask_with};
use axum::extract::State;

use super::{App, CanEdit, CanRead, Report, app, find, put, token_for, vera};
use crate::events::capture::capture;

/// The `Accept` fields of a program, a browser and a terminal user.
const ACCEPTED: [&str; 4] = ["application/json", "text/html,*/*;q=0.1", "text/plain", ""];

#[track_caller]
fn assert_identical(one: &Answer, other: &Answer) {
    assert_eq!(one.status, other.status);
    assert_eq!(one.headers, other.headers);
    let lines = |answer: &Answer| -> Vec<_> {
        answer.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    assert_eq!(lines(one), lines(other), "in this order");
    assert_eq!(one.body, other.body);
}

#[tokio::test]
async fn concealed_response_is_byte_identical_to_a_missing_resource() {
    let (app, state) = app();
    let token = vera();
    for accept in ACCEPTED {
        for prefix in ["/hidden", "/half"] {
            let bearer = format!("Bearer {token}");
            let fields =
                [("accept", accept), ("authorization", bearer.as_str()), ("content-type", "text/plain")];
            for method in ["GET", "HEAD"] {
                let hidden = ask(&app, &format!("{method} {prefix}/2"), &fields).await;
                assert_eq!(state.asked.take().len(), 1, "as many questions as for what is not there");
                let missing = ask(&app, &format!("{method} {prefix}/9"), &fields).await;
                assert_eq!(state.asked.take().len(), 1);
                assert_eq!(hidden.status, 404, "{accept}");
                assert_identical(&hidden, &missing);
                // An invalid key gets the same response.
                for key in ["x", "%FF", "02"] {
                    assert_identical(&hidden, &ask(&app, &format!("{method} {prefix}/{key}"), &fields).await);
                }
            }
        }
    }
    assert_eq!(state.ran.times(), 0);
    put(&app, "/hidden/1", &token, r#"{"title":"new"}"#).await.assert_is(200, "new");
}

#[tokio::test]
async fn conceal_unless_readable_is_403_for_readers_and_404_for_others() {
    let (app, _) = app();
    for (path, status, reason) in [
        ("/half/2", 404, "not_found"),
        ("/half/3", 403, "policy_denied"),
        ("/half/9", 404, "not_found"),
        ("/half/4", 503, "undecided"),
        ("/half/6", 500, "failed"),
    ] {
        ask_with(&app, &format!("GET {path}"), &vera()).await.assert_denied(status, reason, &[]);
    }
    ask_with(&app, "GET /half/1", &vera()).await.assert_is(200, "edited");
}

#[tokio::test]
async fn only_a_policy_denial_is_concealed() {
    let (app, _) = app();
    assert_eq!(ask(&app, "GET /hidden/2", &[]).await.status, 401);
    for (path, status) in [("/hidden/4", 503), ("/hidden/6", 500), ("/hidden/7", 500)] {
        assert_eq!(ask_with(&app, &format!("GET {path}"), &vera()).await.status, status, "{path}");
    }
}

/// A missing role reveals nothing about the resource.
#[tokio::test]
async fn role_missing_is_403_before_a_concealed_resource_is_loaded() {
    let (app, state) = app();
    let viewer = token_for("vera", &["viewer"]);
    for id in ["1", "2", "9"] {
        let answer = ask_with(&app, &format!("GET /coarse-hidden/{id}"), &viewer).await;
        answer.assert_denied(403, "role_missing", &[]);
    }
    assert_eq!(state.asked.take(), [""; 0]);
    let editor = token_for("vera", &["editor"]);
    let missing = ask_with(&app, "GET /coarse-hidden/9", &editor).await;
    assert_eq!(missing.status, 404);
    assert_identical(&missing, &ask_with(&app, "GET /coarse-hidden/2", &editor).await);
    ask_with(&app, "GET /coarse-hidden/1", &editor).await.assert_is(200, "edited");
}

#[tokio::test]
async fn event_of_a_concealed_denial_has_the_real_reason() {
    let (app, _) = app();
    for (path, hidden) in [("/hidden/2", true), ("/hidden/9", false)] {
        let (answer, events) = capture(ask_with(&app, &format!("GET {path}"), &vera())).await;
        assert_eq!(answer.status, 404);
        assert_eq!(events.len(), 1, "{events:?}");
        let told = format!("{events:?}");
        assert_eq!(told.contains("policy_denied"), hidden, "{told}");
    }
}

async fn conceal_in_handler(
    user: Authenticated<super::User>,
    State(app): State<App>,
) -> Result<&'static str, Denial> {
    let Ok(Some(report)) = find(2, &app.asked).await else { return Ok("nothing") };
    user.authorize_on::<CanEdit, Report>(Loaded::from_store(report)).map_err(Denial::concealed)?;
    Ok("edited")
}

async fn gone(user: Authenticated<super::User>, State(app): State<App>) -> Result<&'static str, Denial> {
    let Ok(Some(report)) = find(1, &app.asked).await else { return Ok("nothing") };
    let report = user.authorize_on::<CanRead, Report>(Loaded::from_store(report))?;
    Err(report.gone())
}

#[tokio::test]
async fn concealed_denial_in_the_handler_equals_a_missing_resource() {
    let state = App::new();
    let app = super::routes()
        .route("/by-hand", get(conceal_in_handler))
        .route("/gone", get(gone))
        .merge(Router::new())
        .with_state(state);
    for accept in ACCEPTED {
        let bearer = format!("Bearer {}", vera());
        let fields = [("accept", accept), ("authorization", bearer.as_str())];
        let missing = ask(&app, "GET /reports/9", &fields).await;
        assert_eq!(missing.status, 404);
        assert_identical(&missing, &ask(&app, "GET /by-hand", &fields).await);
        assert_identical(&missing, &ask(&app, "GET /gone", &fields).await);
    }
}
