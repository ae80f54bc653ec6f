//! Missing rights in responses, if the application enables them.

use authgate::Rendering;
use authgate::danger::LoosenGate as _;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::{DENIALS, bearer_of, denied, gate, routes, vera};
use crate::events::capture::capture;

const FIELDS: [&str; 3] = ["x-accepted-roles", "x-accepted-scopes", "x-accepted-permissions"];

fn telling() -> axum::Router {
    routes().with_state(gate().tell_missing_rights("all callers are ours").build().unwrap())
}

#[tokio::test]
async fn names_that_would_be_accepted_are_told_where_the_application_says_so() {
    let app = telling();
    for (line, fields, missing) in [
        ("GET /purge", [Some("admin"), None, None], json!(["role:admin"])),
        ("GET /edit", [Some("editor, admin"), None, None], json!(["role:editor"])),
        ("GET /write", [None, Some("reports:write"), None], json!(["scope:reports:write"])),
        ("GET /excluded", [None, None, None], json!(["!role:viewer"])),
        ("GET /paid", [None, None, None], json!(["plan:paid-invoice"])),
        ("GET /either", [Some("admin"), None, None], json!(["role:admin", "plan:paid-invoice"])),
        ("GET /documents/2", [None, None, None], json!(["policy:CanEditDocument on Document"])),
        ("PUT /documents/1", [Some("editor, admin"), None, None], json!(["role:editor"])),
    ] {
        let (answer, event) = denied(&app, line, &vera(), "*/*").await;
        assert_eq!(answer.status, 403, "{line}");
        assert_eq!(FIELDS.map(|field| answer.header(field)), fields, "{line}");
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (&body["missing"], body["decision"].as_str()),
            (&missing, event.field("decision")),
            "{line}"
        );
    }
}

#[tokio::test]
async fn nothing_is_told_but_of_a_403() {
    let app = telling();
    for (line, who, status, ..) in DENIALS {
        let (answer, _) = denied(&app, line, &bearer_of(who, &json!({})), "*/*").await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let is_told =
            body.get("missing").is_some() || FIELDS.iter().any(|field| answer.header(field).is_some());
        assert_eq!(is_told, status == 403, "{line}: {}", answer.body);
    }
    let (answer, _) = denied(&app, "GET /purge", "", "*/*").await;
    assert!(!answer.body.contains("missing\":") && FIELDS.iter().all(|field| answer.header(field).is_none()));
}

#[tokio::test]
async fn a_hook_cannot_say_what_would_be_accepted() {
    let rendering = || {
        let rendering =
            Rendering::text("no").header(HeaderName::from_static("x-mine"), HeaderValue::from_static("1"));
        FIELDS.iter().fold(rendering, |rendering, field| {
            rendering.header(HeaderName::from_static(field), HeaderValue::from_static("root"))
        })
    };
    for tells in [false, true] {
        let mut gate = gate().render(move |_| Some(rendering()));
        if tells {
            gate = gate.tell_missing_rights("all callers are ours");
        }
        let app = routes().with_state(gate.build().unwrap());
        let (answer, _) = denied(&app, "GET /purge", &vera(), "*/*").await;
        answer.assert_is(403, "no");
        assert_eq!(answer.header("x-mine"), Some("1"));
        let roles: Vec<_> = answer.headers.get_all(FIELDS[0]).iter().collect();
        assert_eq!(roles, if tells { vec!["admin"] } else { vec![] });
        assert_eq!(answer.header(FIELDS[1]), None);
    }
}

#[tokio::test]
async fn it_takes_a_reason_and_is_told_of() {
    let (built, events) =
        capture(async { gate().tell_missing_rights("all callers are ours").build().is_ok() }).await;
    assert!(built);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.target, event.level), ("authgate::gate", tracing::Level::WARN));
    assert_eq!(event.field("what"), Some("tell_missing_rights"));
    assert_eq!(event.field("reason"), Some("all callers are ours"));
    let (error, events) = capture(async { gate().tell_missing_rights(" ").build().unwrap_err() }).await;
    assert!(error.to_string().contains("takes a reason") && events.is_empty(), "{error}");
}
