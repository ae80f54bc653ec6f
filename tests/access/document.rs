//! From the table to the document, and back.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use authgate::access::document::Document;
use authgate::access::lock::Lock;
use authgate::routing::get;
use authgate::{Router, public};
use authgate_tests::app::routes;
use serde_json::{Value, json};

use crate::newsroom::newsroom;

#[test]
fn document_equals_the_lock_and_round_trips() {
    for table in [routes().access(), newsroom().access()] {
        let document = table.document();
        assert_eq!(document.lock().unwrap(), table.lock());
        assert_eq!(Document::parse(&document.to_json()), Ok(document));
    }
}

#[test]
fn route_has_handler_source_and_the_parts_of_its_rule() {
    let document = newsroom().access().document();
    let delete = document.routes.iter().find(|route| route.method == "DELETE").unwrap();
    assert_eq!(delete.access, "role:chief & fresh:300s & policy:NotPublished on Article conceal");
    assert_eq!((delete.fresh, delete.conceal, delete.state.as_str()), (Some(300), true, "authorized"));
    assert_eq!(
        (delete.policies[0].policy.as_str(), delete.policies[0].on.as_str()),
        ("NotPublished", "Article")
    );
    assert_eq!(delete.principal.as_deref(), Some("Writer"));
    assert!(delete.handler.ends_with("newsroom::withdraw"), "{}", delete.handler);
    assert!(delete.source.file.ends_with("access/newsroom.rs") && delete.source.line > 1);
    let login = document.routes.iter().find(|route| route.path == "/login").unwrap();
    assert!(login.takes_body && login.reason.as_deref() == Some("signing in"));
}

#[test]
fn document_does_not_depend_on_registration_order() {
    #[public(reason = "a")]
    async fn a() {}
    #[public(reason = "b")]
    async fn b() {}
    let routes = || (get(a), get(b));
    let (one, two) = routes();
    let first = Router::<()>::new().route("/a", one).route("/b", two).access().document();
    let (one, two) = routes();
    let second = Router::<()>::new().route("/b", two).route("/a", one).access().document();
    assert_eq!(first.to_json(), second.to_json());
    assert!(first.to_json().ends_with("}\n"));
}

#[test]
fn document_of_a_lock_has_the_same_lock() {
    for lock in [routes().access().lock(), newsroom().access().lock()] {
        let document = Document::of_lock(&lock);
        assert_eq!(Lock::parse(&document.lock().unwrap().to_string()), Ok(lock));
        assert_eq!(Document::parse(&document.to_json()), Ok(document));
    }
}

/// Returns the document of the test application with one change.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&routes().access().document().to_json()).unwrap();
    change(&mut value);
    value.to_string()
}

#[test]
fn invalid_document_error_has_location_and_cause() {
    for (text, expected) in [
        (String::new(), "line 1, column 0: invalid access document"),
        ("{\"version\": 1".to_owned(), "line 1, column 13: invalid access document"),
        (changed(|all| all["version"] = json!(2)), "version: unsupported version 2"),
        (changed(|all| all["more"] = json!(1)), "unknown field `more`"),
        (
            changed(|all| all["routes"][0]["access"] = json!("role:amdin")),
            "routes[0].access: column 6: unknown role `amdin`: expected one of `viewer`, `editor`, `admin`",
        ),
        (
            changed(|all| all["routes"][0]["access"] = json!("role:admin &")),
            "routes[0].access: column 13: expected an access",
        ),
        (
            changed(|all| all["routes"][0]["access"] = json!("role:admin\nGET / public \"x\"")),
            "found the control character",
        ),
        (
            changed(|all| all["routes"][0]["state"] = json!("public")),
            "routes[0].state: differs from `access`",
        ),
        (changed(|all| all["routes"][0]["conceal"] = json!(true)), "routes[0].conceal: differs"),
        (changed(|all| all["routes"][2]["principal"] = json!("Admin")), "routes[2].principal: differs"),
        (
            changed(|all| all["routes"][0]["method"] = json!("GETT")),
            "routes[0].method: unknown method `GETT`",
        ),
        (changed(|all| all["routes"][0]["path"] = json!("x")), "routes[0].path: invalid path \"x\""),
        (changed(|all| all["rights"][0]["kind"] = json!("rule")), "rights[0].kind: unknown kind `rule`"),
        (changed(|all| all["rights"][1]["name"] = json!("viewer")), "rights[1]: duplicate role `viewer`"),
        (changed(|all| all["rights"][0]["implies"] = json!(["x"])), "rights[0].implies: unknown role `x`"),
        (
            changed(|all| all["rights"][0]["implies"] = json!(["admin"])),
            "rights[1].implies: the hierarchy of roles has a cycle, `viewer > admin > editor > viewer`: remove one of",
        ),
        (
            changed(|all| all["routes"][4]["method"] = json!("GET")),
            "routes[4]: duplicate route `GET /reports/{id}`: remove one of them",
        ),
    ] {
        let error = Document::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\nshould have {expected}");
    }
}

/// Asserts that the schema declares every member of a value, and that every required member is
/// present.
fn assert_fits_schema(value: &Value, schema: &Value, root: &Value, at: &str, seen: &mut BTreeSet<String>) {
    let schema =
        schema["$ref"].as_str().map_or(schema, |to| root.pointer(to.trim_start_matches('#')).unwrap());
    match value {
        Value::Object(members) => {
            assert_eq!(schema["additionalProperties"], json!(false), "{at}");
            for needed in schema["required"].as_array().unwrap() {
                assert!(members.contains_key(needed.as_str().unwrap()), "{at} lacks {needed}");
            }
            for (name, member) in members {
                let at = format!("{at}.{name}");
                let property = &schema["properties"][name];
                assert!(property.is_object(), "{at} is not declared");
                assert_fits_schema(member, property, root, &at, seen);
                seen.insert(at);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| assert_fits_schema(item, &schema["items"], root, at, seen));
        }
        value => {
            if let Some(known) = schema["enum"].as_array() {
                assert!(known.contains(value), "{at}: {value}");
            }
        }
    }
}

#[test]
fn schema_declares_exactly_the_members_of_the_document() {
    let schema: Value = serde_json::from_str(Document::SCHEMA).unwrap();
    let mut seen = BTreeSet::new();
    for table in [routes().access(), newsroom().access()] {
        let value = serde_json::from_str(&table.document().to_json()).unwrap();
        assert_fits_schema(&value, &schema, &schema, "", &mut seen);
    }
    for definition in ["right", "route"] {
        for name in schema["$defs"][definition]["properties"].as_object().unwrap().keys() {
            let at = format!(".{definition}s.{name}");
            assert!(seen.contains(&at), "{at} is declared, and the two applications do not show it");
        }
    }
}
