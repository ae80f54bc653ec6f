//! Explanations of a denial: the content of the log event, the content of the response, and details
//! that must not reach the client.

mod route;
mod told;

use std::collections::BTreeSet;

use authgate::access::{Own, Rule};
use authgate::denial::DenialMessage;
use authgate::resource::{Concealed, With};
use authgate::right::{All, Any, Factor, Fresh, Not, Requirement, Right, ViaScheme, factor};
use authgate::routing::{get, post};
use authgate::scheme::SchemeName;
use authgate::{Authorized, Decision, Gate, Granted, Policy, Resource, Router};
use authgate_tests::app::{User, bearer, role, scope};
use authgate_tests::ask::{Answer, ask, request, send};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{now, token};
use serde_json::{Value, json};

use crate::events::capture::{Event, capture};

/// Vera owns document 1 and Ada owns document 2. Document 3 does not exist, and loading document 4
/// fails.
pub(crate) struct Document {
    owner: &'static str,
}

impl<S: Sync> Resource<S> for Document {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(id: u64, _: &S) -> Result<Option<Self>, std::io::Error> {
        match id {
            1 => Ok(Some(Self { owner: "vera" })),
            2 => Ok(Some(Self { owner: "ada" })),
            4 => Err(std::io::Error::other("no connection")),
            _ => Ok(None),
        }
    }
}

pub(crate) struct CanEditDocument;

impl Policy<Document> for CanEditDocument {
    type Principal = User;

    fn decide(user: &User, document: &Document) -> Decision {
        Decision::allow_if(user.sub == document.owner)
    }
}

pub(crate) struct CanPanic;

impl Policy<Document> for CanPanic {
    type Principal = User;

    fn decide(_: &User, _: &Document) -> Decision {
        panic!("what is this document?")
    }
}

/// A custom requirement whose decision can be unavailable.
pub(crate) struct PaidInvoice;

static UNPAID: DenialMessage = DenialMessage::new("unpaid", "There is an unpaid bill.");

impl Right for PaidInvoice {
    const RULE: &'static Rule = &Rule::Own(Own::new("plan", "paid-invoice", &UNPAID));
}

impl Requirement<User> for PaidInvoice {
    fn decide(user: &User, _: &authgate::Context) -> Decision {
        if user.sub == "eve" { Decision::Unavailable } else { Decision::deny() }
    }
}

struct ByTicket;

impl SchemeName for ByTicket {
    const NAME: &'static str = "Ticket";
}

type Paid = All<(role::Viewer, PaidInvoice)>;

async fn purge(_: Authorized<role::Admin>) {}
async fn edit(_: Authorized<role::Editor>) {}
async fn write(_: Authorized<scope::WriteReports>) {}
async fn excluded(_: Authorized<Not<role::Viewer>, User>) {}
async fn stale(_: Authorized<All<(role::Viewer, Fresh<300>)>>) {}
async fn weak(_: Authorized<All<(role::Viewer, Factor<factor::ByOtp>)>>) {}
async fn paid(_: Authorized<Paid, User>) {}
async fn either(_: Authorized<Any<(role::Admin, Paid)>, User>) {}
async fn document(_: Granted<CanEditDocument, Document>) {}
async fn hidden(_: Concealed<Granted<CanEditDocument, Document>>) {}
async fn with_role(_: With<role::Editor, Granted<CanEditDocument, Document>>) {}
async fn panics(_: Granted<CanPanic, Document>) {}
async fn recent(_: With<Fresh<300>, Granted<CanEditDocument, Document>>) {}
async fn ticket(_: Authorized<All<(role::Admin, ViaScheme<ByTicket>)>>) {}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/purge", post(purge).get(purge))
        .route("/edit", get(edit))
        .route("/write", get(write))
        .route("/excluded", get(excluded))
        .route("/stale", get(stale))
        .route("/weak", get(weak))
        .route("/paid", get(paid))
        .route("/either", get(either))
        .route("/documents/{id}", get(document).put(with_role))
        .route("/hidden/{id}", get(hidden))
        .route("/panics/{id}", get(panics))
        .route("/recent/{id}", get(recent))
        .route("/ticket", get(ticket))
}

fn gate() -> authgate::gate::GateBuilder<User> {
    Gate::builder().scheme(bearer()).scheme(Ticket::new("Ticket"))
}

fn app() -> axum::Router {
    routes().with_state(gate().build().unwrap())
}

fn bearer_of(who: &str, over: &Value) -> String {
    let mut claims = json!({ "sub": who, "roles": ["viewer"], "auth_time": now() - 3600 });
    claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    format!("Bearer {}", token(&claims))
}

fn vera() -> String {
    bearer_of("vera", &json!({}))
}

/// Every denial of an authenticated caller: the request, the caller, the status, the reason and the
/// evaluated rule.
const DENIALS: [(&str, &str, u16, &str, Option<&str>); 14] = [
    ("GET /purge", "vera", 403, "role_missing", Some("role:admin: no")),
    ("GET /edit", "vera", 403, "role_missing", Some("role:editor: no (editor or admin is sufficient)")),
    ("GET /write", "vera", 403, "scope_missing", Some("scope:reports:write: no")),
    ("GET /excluded", "vera", 403, "excluded", Some("!(role:viewer: yes): no")),
    ("GET /stale", "vera", 401, "step_up_required", Some("(role:viewer: yes & fresh:300s: no)")),
    ("GET /weak", "vera", 401, "step_up_required", Some("(role:viewer: yes & factor:otp: no)")),
    ("GET /paid", "vera", 403, "unpaid", Some("(role:viewer: yes & plan:paid-invoice: no)")),
    (
        "GET /either",
        "eve",
        503,
        "undecided",
        Some("(role:admin: no | (role:viewer: yes & plan:paid-invoice: unsure))"),
    ),
    ("GET /documents/2", "vera", 403, "policy_denied", Some("policy:CanEditDocument on Document: no")),
    (
        "PUT /documents/1",
        "vera",
        403,
        "role_missing",
        Some("role:editor: no (editor or admin is sufficient)"),
    ),
    ("GET /documents/4", "vera", 503, "undecided", None),
    ("GET /panics/1", "vera", 500, "failed", None),
    ("GET /documents/3", "vera", 404, "not_found", None),
    ("GET /hidden/2", "vera", 404, "policy_denied", Some("policy:CanEditDocument on Document: no")),
];

async fn denied(app: &axum::Router, line: &str, authorization: &str, accept: &str) -> (Answer, Event) {
    let fields = [("authorization", authorization), ("accept", accept)];
    let (answer, mut events) = capture(ask(app, line, &fields)).await;
    events.retain(|event| event.field("reason").is_some());
    assert_eq!(events.len(), 1, "{line}: {events:?}");
    (answer, events.remove(0))
}

#[tokio::test]
async fn event_has_the_decision_and_body_has_its_id() {
    let app = app();
    for (line, who, status, reason, why) in DENIALS {
        let authorization = bearer_of(who, &json!({}));
        for (accept, form) in [("*/*", "json"), ("text/html", "html"), ("text/plain", "plain")] {
            let (answer, event) = denied(&app, line, &authorization, accept).await;
            assert_eq!(answer.status, status, "{line}");
            assert!(answer.header("content-type").unwrap().contains(form), "{line}");
            assert_eq!((event.field("reason"), event.field("why")), (Some(reason), why), "{line}");
            assert_eq!(event.field("principal"), Some(who), "{line}");
            let target = if status >= 500 { "authgate::gate" } else { "authgate::authorization" };
            assert_eq!((event.target, event.field("method")), (target, line.split(' ').next()), "{line}");
            assert!(event.field("registered").unwrap().starts_with(file!()), "{line}");
            let concealed = line.contains("hidden").then_some("true");
            assert_eq!(event.field("concealed"), concealed, "there only where it is so: {line}");
            let id = event.field("decision").unwrap();
            assert_eq!(answer.body.matches(id).count(), usize::from(status != 404), "{line}, {form}");
            if form == "json" {
                let body: Value = serde_json::from_str(&answer.body).unwrap();
                let expected = if status == 404 { Value::Null } else { id.into() };
                assert_eq!(body["decision"], expected, "{line}");
                let members: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
                let expected = ["decision", "detail", "reason", "status", "title"].into_iter();
                let expected = expected.filter(|name| status != 404 || *name != "decision");
                assert_eq!(members, expected.collect());
            }
        }
    }
}

#[tokio::test]
async fn html_and_text_bodies_show_status_reason_and_decision_id() {
    let (answer, event) = denied(&app(), "GET /purge", &vera(), "text/html").await;
    let id = event.field("decision").unwrap();
    let small = format!("<p><small>403 <code>role_missing</code> <code>{id}</code></small></p>");
    assert!(answer.body.contains(&small), "{}", answer.body);
    let (answer, event) = denied(&app(), "GET /purge", &vera(), "text/plain").await;
    let id = event.field("decision").unwrap();
    assert_eq!(answer.body.lines().last().unwrap(), format!("403 role_missing {id}"));
}

#[tokio::test]
async fn decision_id_is_unique_and_missing_without_authentication() {
    let app = app();
    let first = denied(&app, "GET /purge", &vera(), "*/*").await.1;
    let second = denied(&app, "GET /purge", &vera(), "*/*").await.1;
    assert_ne!(first.field("decision"), second.field("decision"));
    for authorization in ["", "Bearer abc", "Ticket expired", "Ticket down", "Bearer a, Bearer b"] {
        let (answer, event) = denied(&app, "GET /purge", authorization, "*/*").await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert!(body.get("decision").is_none() && event.field("decision").is_none(), "{}", answer.body);
    }
}

/// The client gets the reason and the id, but no rights, policies or source locations.
#[tokio::test]
async fn response_contains_no_rights_policies_or_locations() {
    let app = app();
    let tree = [
        "admin",
        "editor",
        "viewer",
        "plan",
        "invoice",
        "CanEdit",
        "CanPanic",
        "Document",
        "otp",
        "role:",
        "scope:",
        "policy:",
        "fresh:",
        "factor:",
        "would do",
        "yes",
        "unsure",
        ".rs",
        "why",
        "flow",
        "what is this",
        "no connection",
    ];
    for (line, who, ..) in DENIALS {
        for accept in ["*/*", "text/html", "text/plain"] {
            let (answer, event) = denied(&app, line, &bearer_of(who, &json!({})), accept).await;
            // The id is random and could contain any text.
            let body = answer.body.replace(event.field("decision").unwrap(), "");
            let told = format!("{} {:?}\n{body}", answer.status, answer.headers);
            for part in tree {
                assert!(!told.contains(part), "{part:?} of {line} is in {told}");
            }
            let why =
                event.field("why").into_iter().chain(event.field("needs")).chain(event.field("registered"));
            why.for_each(|why| assert!(!told.contains(why), "{told}"));
            // RFC 6750 section 3.1 and RFC 9470 section 3 tell a client what to request, and
            // nothing else.
            let challenges = answer.challenges().join("\n");
            assert!(!body.contains("reports:write") && !body.contains("300"), "{told}");
            assert_eq!(challenges.contains("reports:write"), line == "GET /write", "{challenges}");
        }
    }
}

/// Identical byte for byte, without an id.
#[tokio::test]
async fn concealed_response_is_byte_identical_to_a_missing_resource() {
    // A hook that would expose a difference.
    let hooked = gate().render(|denial| {
        let (id, why) = (denial.decision_id(), denial.evaluated());
        Some(authgate::denial::CustomBody::text(format!("{} {id:?} {why:?}", denial.reason())))
    });
    for gate in [gate(), gate().dangerous("a test").tell_missing_rights(), hooked] {
        let app = routes().with_state(gate.build().unwrap());
        for accept in ["*/*", "text/html", "text/plain"] {
            let ask = async |line| {
                send(&app, request(line, &[("authorization", &vera()), ("accept", accept)])).await
            };
            let (there, missing) = (ask("GET /hidden/2").await, ask("GET /hidden/3").await);
            assert_eq!((there.status.as_u16(), missing.status.as_u16()), (404, 404));
            assert_eq!((there.headers, there.body), (missing.headers, missing.body));
            let malformed = ask("GET /hidden/x").await;
            assert_eq!((malformed.status.as_u16(), malformed.body), (404, ask("GET /hidden/3").await.body));
        }
    }
}

#[tokio::test]
async fn hook_can_read_the_decision_id_and_the_evaluated_rule() {
    let gate = gate().render(|denial| {
        let (id, why) = (denial.decision_id()?, denial.evaluated()?);
        Some(authgate::denial::CustomBody::text(format!("{id} {why} {}", why.parts().len())))
    });
    let app = routes().with_state(gate.build().unwrap());
    let (answer, event) = denied(&app, "GET /paid", &vera(), "*/*").await;
    let id = event.field("decision").unwrap();
    answer.assert_is(403, &format!("{id} (role:viewer: yes & plan:paid-invoice: no) 2"));
}

#[tokio::test]
async fn custom_problem_document_can_have_the_decision_id() {
    let gate = gate().render(|denial| {
        let id = denial.decision_id()?.to_string();
        Some(authgate::denial::CustomBody::problem(json!({ "title": "Nein", "decision": id }).to_string()))
    });
    let app = routes().with_state(gate.build().unwrap());
    let (answer, event) = denied(&app, "GET /purge", &vera(), "*/*").await;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((body["title"].as_str(), body["decision"].as_str()), (Some("Nein"), event.field("decision")));
}

/// The response must not reveal whether a resource exists before the caller is authorized.
#[tokio::test]
async fn step_up_is_required_before_the_resource_is_loaded() {
    let app = app();
    for id in [1, 2, 3, 4] {
        let (answer, event) = denied(&app, &format!("GET /recent/{id}"), &vera(), "*/*").await;
        assert_eq!((answer.status.as_u16(), event.field("why")), (401, Some("fresh:300s: no")), "{id}");
    }
    let recent = bearer_of("vera", &json!({ "auth_time": now() }));
    for (id, status) in [(2, 403), (3, 404), (4, 503)] {
        assert_eq!(denied(&app, &format!("GET /recent/{id}"), &recent, "*/*").await.0.status, status, "{id}");
    }
}

#[tokio::test]
async fn event_explains_the_scheme_part_of_the_rule() {
    let (answer, event) = denied(&app(), "GET /ticket", "Ticket vera", "*/*").await;
    answer.assert_denied(403, "role_missing", &[]);
    assert_eq!(event.field("why"), Some("(role:admin: no & scheme:Ticket: yes)"));
}
