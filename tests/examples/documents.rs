//! Runs every caller through every action, and compares the results with the rules.

use authgate::scheme::Keys;
use authgate_tests::ask::{Answer, ask, send};
use authgate_tests::token::{SECRET, now, token};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::duplicate_mod,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::large_enum_variant,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::result_large_err,
    let_underscore_drop,
    reason = "examples are written like applications"
)]
#[path = "../../examples/documents.rs"]
pub(crate) mod example;

pub(crate) async fn app() -> axum::Router {
    example::app(Keys::hs256(SECRET).unwrap(), example::Store::temporary().await.unwrap()).unwrap()
}

/// A caller, and the age of the login in seconds. `None` if the time of the login is unknown.
#[derive(Clone, Copy, Debug)]
struct Caller {
    sub: &'static str,
    acme: Option<&'static str>,
    globex: Option<&'static str>,
    age: Option<u64>,
}

const FRESH: Option<u64> = Some(5);
const STALE: Option<u64> = Some(301);

const fn caller(
    sub: &'static str,
    acme: Option<&'static str>,
    globex: Option<&'static str>,
    age: Option<u64>,
) -> Caller {
    Caller { sub, acme, globex, age }
}

const CALLERS: [Caller; 13] = [
    caller("sub-a", Some("member"), None, FRESH),
    caller("sub-a", Some("member"), None, STALE),
    caller("sub-a", None, None, FRESH),
    caller("sub-b", Some("member"), None, FRESH),
    caller("sub-c", Some("member"), None, FRESH),
    caller("sub-c", Some("nothing that there is"), None, FRESH),
    caller("sub-r", Some("member"), None, FRESH),
    caller("sub-w", Some("member"), None, FRESH),
    caller("sub-w", None, Some("member"), None),
    caller("sub-x", Some("admin"), None, FRESH),
    caller("sub-x", Some("admin"), None, STALE),
    caller("sub-g", None, Some("admin"), FRESH),
    caller("sub-g", Some("member"), Some("admin"), None),
];

impl Caller {
    fn token(&self) -> String {
        let mut claims = json!({ "sub": self.sub, "orgs": {} });
        for (org, role) in [("acme", self.acme), ("globex", self.globex)] {
            if let Some(role) = role {
                claims["orgs"][org] = json!([role]);
            }
        }
        if let Some(age) = self.age {
            claims["auth_time"] = json!(now() - age);
        }
        token(&claims)
    }

    fn role(&self, org: &str) -> Option<&'static str> {
        match org {
            "acme" => self.acme,
            "globex" => self.globex,
            _ => None,
        }
        .filter(|role| ["member", "admin"].contains(role))
    }
}

/// The documents at the start of a case: organization, id, owner, open, readers and writers.
type Described =
    (&'static str, &'static str, &'static str, bool, &'static [&'static str], &'static [&'static str]);

const DOCUMENTS: [Described; 3] = [
    ("acme", "1", "sub-a", false, &["sub-r"], &["sub-w"]),
    ("acme", "2", "sub-b", true, &[], &[]),
    ("globex", "3", "sub-g", true, &[], &[]),
];

/// Returns the expected status, and the reason if there is one.
fn expected(caller: &Caller, action: &str, org: &str, id: &str) -> (u16, &'static str) {
    const NOTHING: (u16, &str) = (404, "not_found");
    if caller.role(org).is_none() {
        return NOTHING;
    }
    match action {
        "list" => return (200, ""),
        "create" => return (201, ""),
        "delete" if caller.age != FRESH => return (401, "step_up_required"),
        _ => {}
    }
    let document = DOCUMENTS.iter().find(|(its_org, its_id, ..)| *its_org == org && *its_id == id);
    let Some((_, _, owner, open, readers, writers)) = document else { return NOTHING };
    let owns = *owner == caller.sub;
    let writes = owns || writers.contains(&caller.sub);
    let reads = *open || writes || readers.contains(&caller.sub);
    let may = match action {
        "read" => reads,
        "edit" => writes,
        "share" => owns,
        _ => owns || caller.role(org) == Some("admin"),
    };
    match (may, reads) {
        (true, _) if action == "share" || action == "delete" => (204, ""),
        (true, _) => (200, ""),
        (false, true) => (403, "policy_denied"),
        (false, false) => NOTHING,
    }
}

fn request(token: &str, action: &str, org: &str, id: &str) -> Request<Body> {
    let documents = format!("/orgs/{org}/documents");
    let (method, target, body) = match action {
        "list" => ("GET", documents, Value::Null),
        "create" => ("POST", documents, json!({ "title": "New", "body": "..", "open": true })),
        "read" => ("GET", format!("{documents}/{id}"), Value::Null),
        "edit" => ("PUT", format!("{documents}/{id}"), json!({ "title": "Edited", "body": ".." })),
        "delete" => ("DELETE", format!("{documents}/{id}"), Value::Null),
        _ => ("POST", format!("{documents}/{id}/share"), json!({ "with": "sub-z", "write": true })),
    };
    Request::builder()
        .method(method)
        .uri(target)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn seeded() -> axum::Router {
    let app = app().await;
    let owner = CALLERS[0].token();
    for (with, write) in [("sub-r", false), ("sub-w", true)] {
        let mut share = request(&owner, "share", "acme", "1");
        *share.body_mut() = Body::from(json!({ "with": with, "write": write }).to_string());
        assert_eq!(send(&app, share).await.status, 204);
    }
    app
}

fn ids(answer: &Answer) -> Vec<i64> {
    let listed: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
    listed.iter().map(|document| document["id"].as_i64().unwrap()).collect()
}

const THINGS: [(&str, &str); 10] = [
    ("acme", "1"),
    ("acme", "2"),
    ("acme", "3"),
    ("acme", "99"),
    ("acme", "x"),
    ("acme", "01"),
    ("globex", "3"),
    ("globex", "1"),
    ("nowhere", "1"),
    ("%61cme", "1"),
];

#[tokio::test]
async fn every_caller_and_action_gets_the_expected_response() {
    let mut app = seeded().await;
    let mut statuses = std::collections::BTreeMap::new();
    for caller in CALLERS {
        let token = caller.token();
        for action in ["read", "edit", "share", "delete", "list", "create"] {
            for (org, id) in THINGS {
                let decoded = if org == "%61cme" { "acme" } else { org };
                let expected = expected(&caller, action, decoded, id);
                let answer = send(&app, request(&token, action, org, id)).await;
                let got = answer.status.as_u16();
                let reason = if got >= 400 { answer.reason() } else { String::new() };
                assert_eq!(
                    (got, reason.as_str()),
                    expected,
                    "{action} {org}/{id} by {caller:?}: {}",
                    answer.body
                );
                *statuses.entry(got).or_insert(0) += 1;
                if got < 300 && action != "read" && action != "list" {
                    app = seeded().await;
                }
            }
        }
    }
    // Every status must occur.
    assert_eq!(statuses.keys().copied().collect::<Vec<_>>(), [200, 201, 204, 401, 403, 404], "{statuses:?}");
}

#[tokio::test]
async fn list_equals_the_readable_documents() {
    let app = seeded().await;
    for caller in CALLERS {
        for org in ["acme", "globex"] {
            let answer = send(&app, request(&caller.token(), "list", org, "")).await;
            if caller.role(org).is_none() {
                assert_eq!(answer.status, 404);
                continue;
            }
            let mut readable = Vec::new();
            for id in 1..=4 {
                let read = send(&app, request(&caller.token(), "read", org, &id.to_string())).await;
                if read.status == 200 {
                    readable.push(id);
                }
            }
            assert_eq!(ids(&answer), readable, "{org} {caller:?}");
        }
    }
}

/// Returns the status, the fields and the body of a response.
fn bytes(answer: &Answer) -> (u16, Vec<(String, Vec<u8>)>, &str) {
    let fields = answer.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    (answer.status.as_u16(), fields.collect(), &answer.body)
}

#[tokio::test]
async fn concealed_response_is_byte_identical_to_a_missing_document() {
    let app = seeded().await;
    let stranger = CALLERS[4].token();
    for action in ["read", "edit", "share", "delete"] {
        for accept in ["application/json", "text/html", "text/plain"] {
            let ask = async |org: &str, id: &str| {
                let mut request = request(&stranger, action, org, id);
                request.headers_mut().insert("accept", accept.parse().unwrap());
                send(&app, request).await
            };
            let missing = ask("acme", "99").await;
            assert_eq!(missing.status, 404);
            for (org, id) in [("acme", "1"), ("acme", "3"), ("acme", "x"), ("globex", "3"), ("nowhere", "1")]
            {
                let concealed = ask(org, id).await;
                assert_eq!(bytes(&concealed), bytes(&missing), "{action} {org}/{id} as {accept}");
            }
        }
    }
}

#[tokio::test]
async fn created_edited_and_deleted_documents_are_read_back() {
    let app = seeded().await;
    let (a, b, c) = (CALLERS[0].token(), CALLERS[3].token(), CALLERS[4].token());
    let created = send(&app, request(&c, "create", "acme", "")).await;
    let created: Value = serde_json::from_str(&created.body).unwrap();
    assert_eq!(created, json!({ "id": 4, "owner": "sub-c", "title": "New", "body": "..", "open": true }));
    let read = send(&app, request(&b, "read", "acme", "4")).await;
    assert_eq!(serde_json::from_str::<Value>(&read.body).unwrap(), created, "open to the organisation");
    let edited = send(&app, request(&c, "edit", "acme", "4")).await;
    let edited: Value = serde_json::from_str(&edited.body).unwrap();
    assert_eq!((&edited["title"], &edited["open"]), (&json!("Edited"), &json!(false)));
    assert_eq!(send(&app, request(&b, "read", "acme", "4")).await.status, 404, "private now");
    assert_eq!(send(&app, request(&c, "delete", "acme", "4")).await.status, 204);
    assert_eq!(send(&app, request(&c, "delete", "acme", "4")).await.status, 404);
    assert_eq!(send(&app, request(&c, "edit", "acme", "4")).await.status, 404);

    // A user that the document is shared with for writing may edit it, but not share it.
    let z = caller("sub-z", Some("member"), None, FRESH).token();
    assert_eq!(send(&app, request(&z, "read", "acme", "1")).await.status, 404);
    assert_eq!(send(&app, request(&a, "share", "acme", "1")).await.status, 204);
    assert_eq!(send(&app, request(&z, "edit", "acme", "1")).await.status, 200);
    assert_eq!(send(&app, request(&z, "share", "acme", "1")).await.status, 403);
    assert_eq!(ids(&send(&app, request(&z, "list", "acme", "")).await), [1, 2]);
}

#[tokio::test]
async fn anonymous_caller_is_401_and_old_login_is_step_up_required() {
    let app = app().await;
    const PLAIN: &str = r#"Bearer realm="documents""#;
    for line in [
        "GET /orgs/acme/documents",
        "GET /orgs/acme/documents/1",
        "GET /orgs/nowhere/documents/x",
        "DELETE /orgs/acme/documents/99",
        "POST /orgs/acme/documents/1/share",
    ] {
        ask(&app, line, &[]).await.assert_denied(401, "credentials_missing", &[PLAIN]);
    }
    const STEP_UP: &str =
        r#"Bearer realm="documents", error="insufficient_user_authentication", max_age="300""#;
    for (by, id) in [(CALLERS[1], "1"), (CALLERS[10], "1"), (CALLERS[12], "2"), (CALLERS[1], "99")] {
        let answer = send(&app, request(&by.token(), "delete", "acme", id)).await;
        answer.assert_denied(401, "step_up_required", &[STEP_UP]);
    }
}

#[tokio::test]
async fn invalid_body_is_rejected_after_authorization() {
    let app = app().await;
    let send = async |caller: Caller, action, id, body: &'static str| {
        let mut request = request(&caller.token(), action, "acme", id);
        *request.body_mut() = Body::from(body);
        send(&app, request).await.status.as_u16()
    };
    for body in ["", "{", "[]", r#"{"title": 1, "body": ""}"#, r#"{"title": ""}"#] {
        for action in ["create", "edit"] {
            assert!([400, 422].contains(&send(CALLERS[0], action, "1", body).await), "{action} {body}");
        }
        assert_eq!(send(CALLERS[4], "edit", "1", body).await, 404, "{body}");
        assert_eq!(send(CALLERS[0], "edit", "2", body).await, 403, "{body}");
        assert_eq!(send(CALLERS[11], "create", "", body).await, 404, "{body}");
    }
    assert_eq!(send(CALLERS[0], "share", "1", r#"{"with": 7}"#).await, 422);
}
