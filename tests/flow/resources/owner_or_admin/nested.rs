//! Nested combinations: the reason of a denial, concealment, tenants and the operator's log.

use authgate_tests::ask::ask_with;
use authgate_tests::token::token;
use serde_json::json;

use super::{app, of};
use crate::events::capture::capture;

#[tokio::test]
async fn nested_combinations_report_the_reason_of_the_resource() {
    let (app, state) = app();
    let scoped = |name: &str| token(&json!({ "sub": name, "scope": "notes:write" }));
    let scope = r#"Bearer realm="api", error="insufficient_scope", scope="notes:write""#;
    for (token, path, status, reason, challenges, loads) in [
        (scoped("vera"), "/notes/1/publish", 200, "", &[][..], 1),
        (of("root", &["admin"]), "/notes/2/publish", 200, "", &[], 1),
        (of("root", &["admin", "suspended"]), "/notes/2/publish", 403, "excluded", &[], 0),
        // Without the scope, the note is not loaded.
        (of("vera", &[]), "/notes/1/publish", 403, "scope_missing", &[scope][..], 0),
        (scoped("eve"), "/notes/1/publish", 403, "policy_denied", &[], 1),
        (of("eve", &["editor"]), "/notes/1/review", 200, "", &[], 1),
        (of("vera", &["editor"]), "/notes/1/review", 403, "excluded", &[], 1),
        (of("eve", &[]), "/notes/1/review", 403, "role_missing", &[], 0),
    ] {
        let answer = ask_with(&app, &format!("POST {path}"), &token).await;
        assert_eq!((answer.status.as_u16(), state.asked.take().len()), (status, loads), "{path}");
        if status != 200 {
            answer.assert_denied(status, reason, challenges);
        }
    }
}

#[tokio::test]
async fn step_up_is_requested_only_if_the_policy_denies() {
    let (app, _) = app();
    let step_up = r#"Bearer realm="api", error="insufficient_user_authentication", max_age="300""#;
    for (who, roles, status, challenges) in [
        ("vera", &["admin"][..], 200, &[][..]),
        ("root", &["admin"], 401, &[step_up]),
        ("eve", &[], 403, &[]),
    ] {
        let answer = ask_with(&app, "POST /notes/1/fresh", &of(who, roles)).await;
        assert_eq!((answer.status.as_u16(), answer.challenges()), (status, challenges.to_vec()), "{who}");
    }
}

#[tokio::test]
async fn conceal_unless_the_caller_knows_the_note() {
    let (app, state) = app();
    for (who, roles, path, status, loads) in [
        ("vera", &[][..], "GET /notes/1/half", 200, 1),
        ("root", &["admin"], "GET /notes/1/half", 200, 1),
        ("root", &["admin"], "GET /notes/9/half", 404, 1),
        ("ada", &[], "GET /notes/1/half", 403, 1),
        ("eve", &[], "GET /notes/1/half", 404, 1),
        ("vera", &[], "POST /notes/1/half", 200, 1),
        ("root", &["admin"], "POST /notes/9/half", 200, 0),
        ("ada", &[], "POST /notes/1/half", 403, 1),
        ("eve", &[], "POST /notes/1/half", 404, 1),
    ] {
        let answer = ask_with(&app, path, &of(who, roles)).await;
        assert_eq!((answer.status.as_u16(), state.asked.take().len()), (status, loads), "{who} {path}");
    }
}

#[tokio::test]
async fn role_in_a_tenant_is_an_alternative() {
    let (app, _) = app();
    let of_org = |name: &str| token(&json!({ "sub": name, "orgs": { "acme": ["admin"] } }));
    for (token, path, status) in [
        (of_org("ada"), "/orgs/acme/notes/1/2", 200),
        (of_org("ada"), "/orgs/other/notes/1/2", 404),
        (of_org("vera"), "/orgs/acme/notes/1/2", 403),
    ] {
        assert_eq!(ask_with(&app, &format!("POST {path}"), &token).await.status, status, "{path}");
    }
    // An admin of her own organization.
    let mallory = token(&json!({ "sub": "mallory", "orgs": { "mallorys": ["admin"] } }));
    for (token, path, status) in [
        (of_org("root"), "/orgs/acme/notes/1", 200),
        (of_org("root"), "/orgs/other/notes/1", 404),
        (of("vera", &[]), "/orgs/acme/notes/1", 200),
        (of("vera", &[]), "/orgs/other/notes/1", 404),
        (mallory.clone(), "/orgs/mallorys/notes/1", 404),
        (mallory, "/orgs/acme/notes/1", 403),
        (of("root", &["admin"]), "/orgs/acme/notes/1", 403),
    ] {
        assert_eq!(ask_with(&app, &format!("GET {path}"), &token).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn denial_is_explained_part_by_part() {
    let (app, _) = app();
    let explained = async |line: &'static str, token: String| {
        let (answer, events) = capture(async { ask_with(&app, line, &token).await }).await;
        assert_eq!(answer.status, 403, "{line}");
        let event = events.iter().find_map(|event| event.field("why"));
        event.unwrap_or_else(|| panic!("{events:?}")).to_owned()
    };
    assert_eq!(explained("GET /notes/1", of("eve", &[])).await, "(role:admin: no | policy:Owns on Note: no)");
    assert_eq!(
        explained("POST /notes/1/share", of("eve", &[])).await,
        "(role:admin: no | policy:Owns on Note: no | policy:IsShared on Note: no)"
    );
    assert_eq!(
        explained("POST /notes/1/review", of("vera", &["editor"])).await,
        "(role:editor: yes & !(policy:Owns on Note: yes): no)"
    );
    // The policy is left out, because the note is not loaded.
    assert_eq!(
        explained("POST /notes/1/publish", of("vera", &[])).await,
        "(role:admin: no | (scope:notes:write: no))"
    );
}
