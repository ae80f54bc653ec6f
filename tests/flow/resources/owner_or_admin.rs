//! "Owner or admin": combinations of rights of the caller and policies over a resource.

use authgate::resource::{Async, AsyncPolicy, Loaded, On};
use authgate::right::{All, Any, Fresh, In, Not, Tenant, TenantFrom, TenantRoles};
use authgate::routing::{get, post};
use authgate::testing::{TestGate, probe};
use authgate::{
    Authenticated, Authorized, Context, Decision, Denial, Gate, Granted, Policy, Resource, Roles, Router,
    Scopes, requires,
};
use authgate_tests::app::{Ran, bearer};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use axum::extract::{FromRef, Path, State};
use serde::Deserialize;
use serde_json::json;

use super::Asked;
use crate::events::capture::capture;

#[derive(authgate::Role)]
enum Role {
    Editor,
    Admin,
    Suspended,
}

#[derive(authgate::Scope)]
enum Scope {
    #[scope(name = "notes:write")]
    WriteNotes,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    ran: Ran,
    asked: Asked,
}

/// Vera owns note 1, which is shared with Ada, and Ada owns note 2. Loading note 4 fails. Other
/// notes do not exist.
struct Note {
    owner: &'static str,
    shared: &'static str,
}

impl Resource<App> for Note {
    type Key = u64;
    type Error = std::io::Error;

    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, app: &App) -> Result<Option<Self>, std::io::Error> {
        app.asked.note(format!("note {id}"));
        match id {
            1 => Ok(Some(Self { owner: "vera", shared: "ada" })),
            2 => Ok(Some(Self { owner: "ada", shared: "" })),
            4 => Err(std::io::Error::other("no connection")),
            _ => Ok(None),
        }
    }
}

struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(user: &User, note: &Note) -> Decision {
        Decision::allow_if(user.sub == note.owner)
    }
}

/// Asks a relationship service.
struct IsShared;

impl AsyncPolicy<Note, App> for IsShared {
    type Principal = User;

    async fn decide(user: &User, _: &Context, note: &Note, app: &App) -> Decision {
        tokio::task::yield_now().await;
        app.asked.note("relations");
        match user.sub.as_str() {
            "panics" => panic!("the policy is broken"),
            "unsure" => Decision::Unavailable,
            "slow" => std::future::pending().await,
            name => Decision::allow_if(name == note.shared),
        }
    }
}

type OwnerOrAdmin = Any<(role::Admin, On<Owns>)>;

#[requires(any(role = "admin", policy = Owns, on = Note))]
async fn edit(note: Granted<_, Note>, State(ran): State<Ran>) -> String {
    ran.count();
    save(&note)
}

/// A function of a service layer.
fn save(note: &Granted<OwnerOrAdmin, Note>) -> String {
    format!("{} edits a note of {}", note.principal().sub, note.owner)
}

#[requires(any(role = Role::Admin, policy = Owns, on = Note))]
async fn touch(by: Authorized<_>, State(ran): State<Ran>) -> String {
    ran.count();
    rename(&by)
}

/// A function of a service layer.
fn rename(by: &Authorized<OwnerOrAdmin, User>) -> String {
    by.sub.clone()
}

#[requires(any(role = "admin", policy = Owns, on = Note), conceal)]
async fn delete(State(ran): State<Ran>) {
    ran.count();
}

#[requires(any(role = "admin", policy = Owns, on = Note, policy = Async<IsShared>, on = Note))]
async fn share(_: Granted<_, _>) {}

/// The owner with the scope, or an admin; in no case a suspended user.
#[requires(any(role = "admin", all(policy = Owns, on = Note, scope = "notes:write")), not(role = "suspended"))]
async fn publish(_: Granted<_, Note>) {}

/// Another editor reviews: not the owner.
#[requires(role = "editor", not(policy = Owns, on = Note))]
async fn review(note: Granted<_, Note>) -> String {
    note.owner.to_owned()
}

#[requires(policy = Owns, on = Note, policy = Async<IsShared>, on = Note)]
async fn both() {}

#[requires(any(all(role = "admin", in = Org), policy = Owns, on = Note))]
async fn in_org(_: Granted<_, Note>) {}

/// Two notes, each with its own key.
async fn merge((_, _): (Granted<InOrg, Note>, Granted<Owns, Other>)) {}

type InOrg = Any<(In<Org, role::Admin>, On<Owns>)>;

/// A note by another path parameter.
struct Other(Note);

impl Resource<App> for Other {
    type Key = u64;
    type Error = std::io::Error;

    const PARAMETERS: &'static [&'static str] = &["other"];

    async fn load(id: u64, app: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(Note::load(id, app).await?.map(Self))
    }
}

impl Policy<Other> for Owns {
    type Principal = User;

    fn decide(user: &User, other: &Other) -> Decision {
        <Self as Policy<Note>>::decide(user, &other.0)
    }
}

#[requires(any(all(role = "admin", fresh = "5m"), policy = Owns, on = Note))]
async fn fresh(_: Granted<_, Note>) {}

#[requires(any(role = "admin", policy = Owns, on = Note), conceal = Knows)]
async fn half(_: Granted<_, Note>) {}

#[requires(any(role = "admin", policy = Owns, on = Note), conceal = Knows)]
async fn half_without(_: Authorized<_>) {}

struct Knows;

impl Policy<Note> for Knows {
    type Principal = User;

    fn decide(user: &User, note: &Note) -> Decision {
        Decision::allow_if(user.sub == note.owner || user.sub == note.shared)
    }
}

/// The note is not in the path.
async fn by_hand(
    user: Authenticated<User>,
    Path(id): Path<u64>,
    State(app): State<App>,
) -> Result<String, Denial> {
    let loaded = Loaded::<Note>::load(id, &app).await.ok().flatten();
    let Some(note) = loaded else { return Err(user.not_found()) };
    let note = user.authorize_on::<OwnerOrAdmin, Note>(note)?;
    Ok(save(&note))
}

fn routes() -> Router<App> {
    Router::new()
        .route("/notes/{id}", get(edit).put(touch).delete(delete))
        .route("/notes/{id}/share", post(share))
        .route("/notes/{id}/publish", post(publish))
        .route("/notes/{id}/review", post(review))
        .route("/notes/{id}/both", post(both))
        .route("/notes/{id}/fresh", post(fresh))
        .route("/notes/{id}/half", get(half).post(half_without))
        .route("/orgs/{org}/notes/{id}", get(in_org))
        .route("/orgs/{org}/notes/{id}/{other}", post(merge))
        .route("/hand/{id}", get(by_hand))
}

fn app() -> (axum::Router, App) {
    let gate =
        Gate::builder().scheme(bearer()).timeout(std::time::Duration::from_millis(50)).build().unwrap();
    let state = App { gate, ran: Ran::default(), asked: Asked::default() };
    (routes().with_state(state.clone()), state)
}

fn of(name: &str, roles: &[&str]) -> String {
    token(&json!({ "sub": name, "roles": roles }))
}

#[tokio::test]
async fn owner_and_admin_pass_and_stranger_gets_policy_denied() {
    let (app, state) = app();
    for (who, roles, path, expected) in [
        ("vera", &[][..], "/notes/1", Ok("vera edits a note of vera")),
        ("root", &["admin"], "/notes/1", Ok("root edits a note of vera")),
        ("eve", &["editor"], "/notes/1", Err((403, "policy_denied"))),
        ("vera", &[], "/notes/2", Err((403, "policy_denied"))),
        ("vera", &[], "/notes/9", Err((404, "not_found"))),
        ("root", &["admin"], "/notes/9", Err((404, "not_found"))),
        ("root", &["admin"], "/notes/x", Err((404, "not_found"))),
        ("root", &["admin"], "/notes/%FF", Err((404, "not_found"))),
        ("root", &["admin"], "/notes/4", Err((503, "undecided"))),
        ("vera", &[], "/hand/1", Ok("vera edits a note of vera")),
        ("root", &["admin"], "/hand/1", Ok("root edits a note of vera")),
        ("eve", &[], "/hand/1", Err((403, "policy_denied"))),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &of(who, roles)).await;
        match expected {
            Ok(body) => answer.assert_is(200, body),
            Err((status, reason)) => answer.assert_denied(status, reason, &[]),
        }
    }
    ask(&app, "GET /notes/1", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[r#"Bearer realm="api""#],
    );
    assert_eq!(state.ran.times(), 2);
}

#[tokio::test]
async fn handler_without_the_resource_loads_it_only_if_needed() {
    let (app, state) = app();
    for (who, roles, path, status, loads) in [
        ("root", &["admin"][..], "/notes/1", 200, 0),
        ("root", &["admin"], "/notes/9", 200, 0),
        ("vera", &[], "/notes/1", 200, 1),
        ("eve", &[], "/notes/1", 403, 1),
        ("vera", &[], "/notes/9", 404, 1),
    ] {
        let answer = ask_with(&app, &format!("PUT {path}"), &of(who, roles)).await;
        assert_eq!((answer.status.as_u16(), state.asked.take().len()), (status, loads), "{who} {path}");
    }
    for (who, roles, path, status, loads) in [
        ("root", &["admin"][..], "/notes/1", 200, 0),
        ("vera", &[], "/notes/1", 200, 1),
        ("eve", &[], "/notes/1", 404, 1),
        ("eve", &[], "/notes/9", 404, 1),
    ] {
        let answer = ask_with(&app, &format!("DELETE {path}"), &of(who, roles)).await;
        assert_eq!((answer.status.as_u16(), state.asked.take().len()), (status, loads), "{who} {path}");
    }
    assert_eq!(state.ran.times(), 5);
}

#[tokio::test]
async fn policies_are_asked_in_order_until_one_decides() {
    let (app, state) = app();
    for (who, roles, status, reason, asked) in [
        ("root", &["admin"][..], 200, "", &["note 1"][..]),
        ("vera", &[], 200, "", &["note 1"]),
        ("ada", &[], 200, "", &["note 1", "relations"]),
        ("eve", &[], 403, "policy_denied", &["note 1", "relations"]),
        ("unsure", &[], 503, "undecided", &["note 1", "relations"]),
        ("slow", &[], 503, "undecided", &["note 1", "relations"]),
        ("panics", &[], 500, "failed", &["note 1", "relations"]),
    ] {
        let answer = ask_with(&app, "POST /notes/1/share", &of(who, roles)).await;
        assert_eq!(
            (answer.status.as_u16(), &*state.asked.take()),
            (status, &asked.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()[..]),
            "{who}"
        );
        if status != 200 {
            answer.assert_denied(status, reason, &[]);
        }
    }
    for (who, status, asked) in [("vera", 403, 2), ("eve", 403, 1)] {
        let answer = ask_with(&app, "POST /notes/1/both", &of(who, &[])).await;
        assert_eq!((answer.status.as_u16(), state.asked.take().len()), (status, asked), "{who}");
    }
}

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
        (of_org("ada"), "/orgs/other/notes/1/2", 403),
        (of_org("vera"), "/orgs/acme/notes/1/2", 403),
    ] {
        assert_eq!(ask_with(&app, &format!("POST {path}"), &token).await.status, status, "{path}");
    }
    for (token, path, status) in [
        (of_org("root"), "/orgs/acme/notes/1", 200),
        (of_org("root"), "/orgs/other/notes/1", 403),
        (of("vera", &[]), "/orgs/other/notes/1", 200),
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

const TABLE: &str = "\
GET     /notes/{id}                    role:admin | policy:Owns on Note
PUT     /notes/{id}                    role:admin | policy:Owns on Note
DELETE  /notes/{id}                    role:admin | policy:Owns on Note conceal
POST    /notes/{id}/share              role:admin | policy:Owns on Note | policy:IsShared on Note
POST    /notes/{id}/publish            !role:suspended & (role:admin | (scope:notes:write & policy:Owns on Note))
POST    /notes/{id}/review             role:editor & !policy:Owns on Note
POST    /notes/{id}/both               policy:Owns on Note & policy:IsShared on Note
POST    /notes/{id}/fresh              policy:Owns on Note | (role:admin & fresh:300s)
GET     /notes/{id}/half               role:admin | policy:Owns on Note conceal
POST    /notes/{id}/half               role:admin | policy:Owns on Note conceal
GET     /orgs/{org}/notes/{id}         role:admin in Org | policy:Owns on Note
POST    /orgs/{org}/notes/{id}/{other} (role:admin in Org | policy:Owns on Note) & policy:Owns on Other
GET     /hand/{id}                     authenticated User
";

#[tokio::test]
async fn table_lock_and_probe_show_the_alternatives() {
    let table = routes().access();
    assert_eq!(table.to_string(), TABLE);
    let lock = table.lock().to_string();
    for line in ["policy Owns", "role:admin | policy:Owns on Note\n"] {
        assert!(lock.contains(line), "{lock}");
    }
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("owner_or_admin.lock");
    std::fs::write(&file, lock).unwrap();
    let state = App { gate: TestGate::<User>::new().gate(), ran: Ran::default(), asked: Asked::default() };
    let report = probe(routes(), state, &file).await;
    std::fs::remove_file(&file).unwrap();
    report.assert_clean();
}

#[test]
fn openapi_document_describes_the_alternatives() {
    let (_, state) = app();
    let document = routes().access().openapi().gate(&state.gate).title("Notes").version("1").build().unwrap();
    let operation = &document["paths"]["/notes/{id}"]["get"];
    assert!(operation.to_string().contains("role:admin | policy:Owns on Note"), "{operation}");
    for status in ["401", "403", "404", "503"] {
        assert!(operation["responses"][status].is_object(), "{status}");
    }
}

#[test]
fn is_written_by_hand_as_well() {
    type Reviewer = All<(role::Editor, Not<On<Owns>>, Not<In<Org, role::Admin>>)>;
    type Recent = Any<(Fresh<300>, On<Async<IsShared>>)>;
    async fn edit(_: Granted<Reviewer, Note>) {}
    async fn stale(_: Granted<Recent, Note, User>) {}
    let routes: Router<App> =
        Router::new().route("/orgs/{org}/notes/{id}", get(edit)).route("/{id}", get(stale));
    assert_eq!(
        routes.access().to_string(),
        "\
GET     /orgs/{org}/notes/{id} role:editor & !policy:Owns on Note & !role:admin in Org
GET     /{id}                  fresh:300s | policy:IsShared on Note
"
    );
}
