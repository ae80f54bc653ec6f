//! Missing rights in responses, if the application enables them.
use serde_json::{Value, json};

use super::{DENIALS, bearer_of, denied, gate, routes, vera};
use crate::events::capture::capture;

fn app_that_names_missing_rights() -> axum::Router {
    routes().with_state(gate().dangerous("all callers are ours").tell_missing_rights().build().unwrap())
}

#[tokio::test]
async fn problem_documents_name_missing_rights_if_the_application_enables_it() {
    let app = app_that_names_missing_rights();
    for (line, missing) in [
        ("GET /purge", json!(["role:admin"])),
        ("GET /edit", json!(["role:editor"])),
        ("GET /write", json!(["scope:reports:write"])),
        ("GET /excluded", json!(["!role:viewer"])),
        ("GET /paid", json!(["plan:paid-invoice"])),
        ("GET /either", json!(["role:admin", "plan:paid-invoice"])),
        ("GET /documents/2", json!(["policy:CanEditDocument on Document"])),
        ("PUT /documents/1", json!(["role:editor"])),
    ] {
        let (answer, event) = denied(&app, line, &vera(), "*/*").await;
        assert_eq!(answer.status, 403, "{line}");
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (&body["missing"], body["decision"].as_str()),
            (&missing, event.field("decision")),
            "{line}"
        );
    }
}

#[tokio::test]
async fn only_a_403_names_missing_rights() {
    let app = app_that_names_missing_rights();
    for (line, who, status, ..) in DENIALS {
        let (answer, _) = denied(&app, line, &bearer_of(who, &json!({})), "*/*").await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body.get("missing").is_some(), status == 403, "{line}: {}", answer.body);
    }
    let (answer, _) = denied(&app, "GET /purge", "", "*/*").await;
    assert!(!answer.body.contains("missing\":"));
}

#[tokio::test]
async fn tell_missing_rights_needs_a_reason_and_is_logged() {
    let (built, events) =
        capture(async { gate().dangerous("all callers are ours").tell_missing_rights().build().is_ok() })
            .await;
    assert!(built);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.target, event.level), ("authgate::gate", tracing::Level::WARN));
    assert_eq!(event.field("what"), Some("tell_missing_rights"));
    assert_eq!(event.field("reason"), Some("all callers are ours"));
    let (error, events) =
        capture(async { gate().dangerous(" ").tell_missing_rights().build().unwrap_err() }).await;
    assert!(error.to_string().contains("is blank") && events.is_empty(), "{error}");
}
