//! Combinations in the access table, in the lock, in the probe and in OpenAPI.

use authgate::resource::{Async, On};
use authgate::right::{All, Any, Fresh, In, Not};
use authgate::routing::get;
use authgate::testing::{TestGate, probe};
use authgate::{Granted, Router};
use authgate_tests::app::Ran;

use super::{App, Asked, IsShared, Note, Org, Owns, User, app, role, routes};

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
GET     /orgs/{org}/notes/{id}         role:admin in Org | policy:Owns on OrgNote
POST    /orgs/{org}/notes/{id}/{other} (role:admin in Org | policy:Owns on OrgNote) & policy:Owns on Other
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
    let report = probe(routes(), state, &file)
        .path("/orgs/{org}/notes/{id}", "/orgs/acme/notes/1")
        .path("/orgs/{org}/notes/{id}/{other}", "/orgs/acme/notes/1/2")
        .await;
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
