//! "Owner or admin": combinations of rights of the caller and policies over a resource.

mod nested;
mod table;

use authgate::resource::{Async, AsyncPolicy, Loaded, On};
use authgate::right::{Any, In, Tenant, TenantFrom, TenantRoles};
use authgate::routing::{get, post};
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

#[requires(any(all(role = "admin", in = Org), policy = Owns, on = OrgNote))]
async fn in_org(_: Granted<_, OrgNote>) {}

/// Two notes, each with its own key.
async fn merge((_, _): (Granted<InOrg, OrgNote>, Granted<Owns, Other>)) {}

type InOrg = Any<(In<Org, role::Admin>, On<Owns>)>;

/// A note of an organization. All notes are of acme. The organization is a part of the key, because
/// an admin of one organization must not get the notes of another.
struct OrgNote(Note);

impl Resource<App> for OrgNote {
    type Key = (String, u64);
    type Error = std::io::Error;

    const PARAMETERS: &'static [&'static str] = &["org", "id"];

    async fn load((org, id): (String, u64), app: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(if org == "acme" { Note::load(id, app).await?.map(Self) } else { None })
    }
}

impl Policy<OrgNote> for Owns {
    type Principal = User;

    fn decide(user: &User, note: &OrgNote) -> Decision {
        <Self as Policy<Note>>::decide(user, &note.0)
    }
}

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
