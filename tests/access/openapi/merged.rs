//! OpenAPI documents from other tools, as JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::everything::{app, routes};
use super::of;

fn foreign_document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Theirs", "version": "1" },
        "security": [{ "session": [] }],
        "paths": {
            "/health": { "get": { "operationId": "health", "security": [{ "session": [] }], "responses": {} } },
            "/me": { "get": {
                "operationId": "get_machines", "summary": "Me", "security": [{}],
                "responses": { "200": { "description": "me" }, "403": { "description": "theirs" } },
            } },
            "/reports/{report_id}": {
                "parameters": [{ "name": "report_id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                "get": { "responses": { "200": { "description": "a report" } } },
                "delete": { "responses": { "204": { "description": "gone" } } },
            },
            "/files/{dir}/{file}": { "get": { "responses": { "200": { "description": "a file" } } } },
            "/static/a.css": {
                "get": { "security": [{ "session": [] }], "responses": { "200": { "description": "a file" } } },
            },
            "/some": { "head": { "responses": { "200": { "description": "some" } } } },
            "/nowhere": { "get": { "security": [], "responses": { "200": { "description": "?" } } } },
        },
        "components": { "securitySchemes": {
            "session": { "type": "apiKey", "in": "cookie", "name": "id" },
            "User.Bearer": { "type": "http", "scheme": "Bearer", "description": "from our issuer" },
            "User.Cookie": { "type": "http", "scheme": "basic" },
        } },
    })
}

#[test]
fn overwrites_security_and_keeps_the_rest() {
    let mut document = foreign_document();
    let merged = of(&routes().access(), &app()).merge_into_json(&mut document).unwrap();
    let paths = &document["paths"];
    let users = json!([{ "User.Bearer": [] }, { "User.Cookie_2": [] }]);
    assert_eq!(paths["/health"]["get"]["security"], json!([]));
    assert_eq!(paths["/some"]["head"]["security"], json!([]), "GET answers it");
    let me = &paths["/me"]["get"];
    assert_eq!((&me["security"], &me["summary"]), (&users, &json!("Me")));
    assert_eq!(me["responses"]["403"], json!({ "description": "theirs" }));
    assert_eq!(me["responses"]["401"]["$ref"], "#/components/responses/authgate.401");
    assert_eq!(me["x-authgate-access"], "authenticated User");
    let report = &paths["/reports/{report_id}"];
    assert_eq!(report["get"]["security"], users);
    assert_eq!(report["put"]["parameters"][0]["name"], "report_id", "the name in the document");
    assert!(report["put"].get("operationId").is_none() && report["put"].get("description").is_none());
    assert_eq!(
        report["delete"],
        foreign_document()["paths"]["/reports/{report_id}"]["delete"],
        "no route answers it"
    );
    assert!(paths.get("/reports/{id}").is_none());
    assert_eq!(
        paths["/files/{dir}/{file}"]["get"]["security"],
        json!([{ "User.Bearer": ["reports:read"] }, { "User.Cookie_2": ["reports:read"] }])
    );
    assert_eq!(paths["/static/a.css"]["get"]["security"], json!([{ "session": [] }]), "not ours to loosen");
    assert_eq!(document["security"], foreign_document()["security"]);
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["User.Bearer"]["description"], "from our issuer");
    assert_eq!(schemes["User.Cookie"]["scheme"], "basic");
    assert_eq!(schemes["User.Cookie_2"]["in"], "cookie");

    let pair = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    let unknown: BTreeSet<_> = merged.unknown.iter().cloned().collect();
    assert_eq!(unknown, [pair("GET", "/nowhere"), pair("DELETE", "/reports/{report_id}")].into());
    for expected in [pair("PUT", "/reports/{report_id}"), pair("DELETE", "/me"), pair("*", "/any/{name}")] {
        assert!(merged.undocumented.contains(&expected), "{expected:?} {:?}", merged.undocumented);
    }
    for path in ["/files/{path}", "/static/{rest}", "/health"] {
        assert!(!merged.undocumented.iter().any(|(_, known)| known == path), "{path}");
    }
}

#[test]
fn concrete_path_does_not_document_its_route() {
    let mut document = json!({ "openapi": "3.1.0", "info": { "title": "Theirs", "version": "1" }, "paths": {
        "/reports/1": { "get": { "responses": {} } },
    } });
    let merged = of(&routes().access(), &app()).merge_into_json(&mut document).unwrap();
    assert_eq!(
        document["paths"]["/reports/1"]["get"]["x-authgate-access"],
        "policy:CanRead on Report as User"
    );
    assert!(merged.undocumented.contains(&("GET".to_owned(), "/reports/{id}".to_owned())));
    assert!(merged.unknown.is_empty());
}

#[test]
fn a_second_merge_changes_nothing() {
    let (table, app) = (routes().access(), app());
    let openapi = of(&table, &app);
    let mut document = foreign_document();
    openapi.merge_into_json(&mut document).unwrap();
    let once = document.clone();
    let merged = openapi.merge_into_json(&mut document).unwrap();
    assert_eq!(document, once);
    assert!(merged.undocumented.is_empty(), "{merged:?}");
}

#[test]
fn leaves_the_document_unchanged_on_errors() {
    for (change, text) in [
        (json!({ "openapi": "3.0.3" }), "expected a document of OpenAPI 3.1"),
        (json!({ "openapi": null }), "expected a document of OpenAPI 3.1"),
        (json!({ "paths": { "/me": { "$ref": "#/components/pathItems/me" } } }), "`/me` is a `$ref`"),
        (json!({ "paths": [] }), "not valid OpenAPI"),
        (json!({ "paths": { "/me": { "get": 1 } } }), "not valid OpenAPI"),
        (json!({ "paths": { "/me": 7 } }), "not valid OpenAPI"),
        (json!({ "components": { "responses": "" } }), "not valid OpenAPI"),
        (
            json!({ "components": { "schemas": { "authgate.Problem": { "type": "string" } } } }),
            "another component `schemas/authgate.Problem`",
        ),
    ] {
        let mut document = foreign_document();
        document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let before = document.clone();
        let error = of(&routes().access(), &app()).merge_into_json(&mut document).unwrap_err();
        assert!(error.to_string().contains(text), "{change} {error}");
        assert_eq!(document, before);
    }
    let mut document = json!("openapi");
    assert!(of(&routes().access(), &app()).merge_into_json(&mut document).is_err());
}
