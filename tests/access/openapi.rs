//! OpenAPI documents describe the behavior of the router.

mod everything;
mod merged;
mod typed;

use authgate::access::Table;
use authgate::access::openapi::OpenApi;
use authgate::{Gate, Router};
use authgate_tests::app::{gate, routes as small};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{now, token};
use serde_json::{Value, json};

use everything::{App, app, routes, tickets};

pub(crate) fn of(table: &Table, app: &App) -> OpenApi {
    table.openapi().gate(&app.users).gate(&app.machines)
}

fn document() -> Value {
    of(&routes().access(), &app()).title("Everything").version("1.2.3").build().unwrap()
}

fn security(document: &Value, method: &str, path: &str) -> Value {
    document["paths"][path][method]["security"].clone()
}

fn statuses(document: &Value, method: &str, path: &str) -> Vec<String> {
    let responses = document["paths"][path][method]["responses"].as_object().unwrap();
    responses.keys().filter(|status| *status != "default").cloned().collect()
}

/// Returns the reasons of a response, and `true` if there can be others.
fn reasons(document: &Value, method: &str, path: &str, status: &str) -> (Vec<String>, bool) {
    let reference = &document["paths"][path][method]["responses"][status]["$ref"];
    let response = document.pointer(&reference.as_str().unwrap()[1..]).unwrap();
    let reason =
        &response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["reason"];
    let of = |known: &Value| serde_json::from_value(known["enum"].clone()).unwrap();
    match reason["anyOf"].as_array() {
        Some(parts) => (of(&parts[0]), true),
        None => (of(reason), false),
    }
}

#[test]
fn security_is_what_the_route_takes_and_asks() {
    let document = document();
    let users = |scopes: &[&str]| json!([{ "User.Bearer": scopes }, { "User.Cookie": scopes }]);
    let (read, write) = ("reports:read", "reports:write");
    for (method, path, expected) in [
        ("get", "/health", json!([])),
        ("get", "/greet", json!([])),
        ("get", "/static/{rest}", json!([])),
        ("get", "/some", json!([])),
        ("post", "/some", users(&[])),
        ("get", "/me", users(&[])),
        ("delete", "/me", users(&[])),
        ("get", "/reports/{id}/publish", users(&[write])),
        ("head", "/reports/{id}/publish", users(&[write])),
        (
            "post",
            "/reports/{id}/publish",
            json!([
                { "User.Bearer": [read] }, { "User.Bearer": [write] },
                { "User.Cookie": [read] }, { "User.Cookie": [write] },
            ]),
        ),
        ("post", "/rules", json!([{ "User.Bearer": [] }])),
        (
            "get",
            "/machines",
            json!([{ "Machine.Bearer": [write] }, { "Machine.ApiKey": [] }, { "Machine.ApiKey": [write] }]),
        ),
        ("put", "/machines", json!([{ "Machine.Bearer": [] }, { "Machine.ApiKey": [] }])),
        ("patch", "/files/{path}", users(&[read])),
        ("trace", "/tree/{rest}", users(&[])),
    ] {
        assert_eq!(security(&document, method, path), expected, "{method} {path}");
    }
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "User.Bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "User.Cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-session" },
            "Machine.Bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "Machine.ApiKey": { "type": "apiKey", "in": "header", "name": "x-api-key" },
        })
    );
}

#[test]
fn only_denials_that_can_happen_are_told() {
    let document = document();
    for (method, path, expected) in [
        ("get", "/health", &[][..]),
        ("get", "/static/{rest}", &[]),
        ("delete", "/me", &["303", "400", "401", "403", "503"]),
        ("put", "/machines", &["400", "401", "403", "503"]),
        ("get", "/secret", &["303", "400", "401", "403", "404", "500", "503"]),
        ("put", "/reports/{id}", &["303", "400", "401", "403", "404", "500", "503"]),
    ] {
        assert_eq!(statuses(&document, method, path), expected, "{method} {path}");
    }
    let forbidden = |method, path| reasons(&document, method, path, "403");
    let of = |codes: &[&str], open| (codes.iter().map(ToString::to_string).collect::<Vec<_>>(), open);
    assert_eq!(forbidden("delete", "/me"), of(&["cross_site"], false));
    assert_eq!(forbidden("put", "/machines"), of(&["role_missing"], false));
    assert_eq!(forbidden("get", "/machines"), of(&["scheme_not_accepted", "scope_missing"], false));
    assert_eq!(forbidden("get", "/secret"), of(&["account_suspended"], true));
    assert_eq!(forbidden("get", "/rules"), of(&["account_suspended", "excluded", "role_missing"], true));
    assert_eq!(
        forbidden("put", "/reports/{id}"),
        of(&["account_suspended", "cross_site", "policy_denied"], true)
    );
    let small = small().access().openapi().gate(&gate()).build().unwrap();
    assert_eq!(statuses(&small, "get", "/me"), ["400", "401", "503"]);
    assert_eq!(reasons(&small, "put", "/reports/{id}", "403"), of(&["role_missing", "scope_missing"], false));
    let unauthorized = small["components"]["responses"]["authgate.401"]["headers"].clone();
    let reference = "#/components/headers/authgate.WWW-Authenticate";
    assert_eq!(unauthorized, json!({ "WWW-Authenticate": { "$ref": reference } }));
    assert_eq!(
        small["paths"]["/me"]["get"]["responses"]["401"]["$ref"],
        "#/components/responses/authgate.401"
    );
}

#[test]
fn paths_and_operations_are_as_openapi_wants_them() {
    let document = document();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/a%7Bb%7D/{c}",
            "/any/{name}",
            "/files/{path}",
            "/fresh",
            "/greet",
            "/health",
            "/machines",
            "/me",
            "/reports/{id}",
            "/reports/{id}/publish",
            "/rules",
            "/secret",
            "/some",
            "/static/{rest}",
            "/tree/{rest}",
        ]
    );
    let methods =
        |path: &str| document["paths"][path].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(methods("/me"), ["delete", "get"]);
    assert_eq!(methods("/any/{name}"), ["delete", "get", "head", "options", "patch", "post", "put", "trace"]);
    assert_eq!(
        methods("/some"),
        ["delete", "get", "options", "patch", "post", "put", "trace"],
        "GET answers HEAD"
    );
    let mut ids = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            ids.push(operation["operationId"].as_str().unwrap());
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let files = &document["paths"]["/files/{path}"]["get"]["parameters"][0];
    assert_eq!(
        (&files["name"], &files["in"], &files["required"]),
        (&json!("path"), &json!("path"), &json!(true))
    );
    let access = |method: &str, path: &str| document["paths"][path][method]["x-authgate-access"].clone();
    assert_eq!(access("get", "/health"), "public \"load balancer probe\"");
    assert_eq!(access("put", "/machines"), "role:admin as Machine");
    assert_eq!(access("put", "/reports/{id}"), "policy:CanEdit on Report as User conceal");
    let described = document["paths"]["/me"]["get"]["description"].as_str().unwrap();
    assert!(described.ends_with("Of everybody is asked: `account:active`."), "{described}");
}

#[test]
fn the_order_of_registration_does_not_matter() {
    let turned = everything::parts().into_iter().rev().fold(Router::new(), Router::merge);
    let (one, other) = (document(), of(&turned.access(), &app()).title("Everything").version("1.2.3"));
    assert_eq!(one.to_string(), other.build().unwrap().to_string());
}

/// Returns a request target for a path. Parameters are replaced by their names, and ids by 1.
fn target(path: &str) -> String {
    let target = path.replace("{id}", "1").replace("/static/{rest}", "/static/a.css").replace(['{', '}'], "");
    // axum compares braces as they are sent.
    target.replace("%7B", "{").replace("%7D", "}")
}

#[tokio::test]
async fn whoever_has_no_credential_is_let_in_where_the_document_says_so_and_nowhere_else() {
    let state = app();
    let document = of(&routes().access(), &state).build().unwrap();
    let router = routes().with_state(state);
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let target = target(path);
        for (method, operation) in item.as_object().unwrap() {
            let answer = ask(&router, &format!("{} {target}", method.to_uppercase()), &[]).await;
            let security = operation["security"].as_array().unwrap();
            let is_asked = answer.status == 401;
            assert_eq!(!security.is_empty(), is_asked, "{method} {path}: {}", answer.status);
            for requirement in security {
                let requirement = requirement.as_object().unwrap();
                assert_eq!(requirement.len(), 1, "{method} {path}");
                for scheme in requirement.keys() {
                    assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
                }
            }
            let status = answer.status.as_u16().to_string();
            if is_asked {
                assert!(statuses(&document, method, path).contains(&status), "{method} {path}");
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 57);
}

#[tokio::test]
async fn every_denial_is_one_that_the_document_tells() {
    let state = app();
    let document = of(&routes().access(), &state).build().unwrap();
    let router = routes().with_state(state);
    let callers = [
        json!({}),
        json!({ "roles": ["viewer"] }),
        json!({ "roles": ["viewer"], "auth_time": now() - 3600 }),
        json!({ "roles": ["admin"] }),
        json!({ "roles": ["admin"], "sub": "ada", "auth_time": now() }),
        json!({ "roles": ["admin"], "scope": "reports:read reports:write" }),
        json!({ "roles": ["admin"], "sub": "suspended" }),
        json!({ "exp": now() - 3600 }),
        json!({ "aud": "another" }),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let target = target(path);
        for method in item.as_object().unwrap().keys().filter(|method| *method != "head") {
            for claims in &callers {
                let line = format!("{} {target}", method.to_uppercase());
                let answer = ask_with(&router, &line, &token(claims)).await;
                if answer.status.is_success() || !answer.body.contains("\"reason\"") {
                    continue;
                }
                let status = answer.status.as_u16().to_string();
                if security(&document, method, path) == json!([]) {
                    // A bad credential is rejected even where credentials are optional.
                    continue;
                }
                assert!(statuses(&document, method, path).contains(&status), "{line} {claims} {status}");
                let (known, is_open) = reasons(&document, method, path, &status);
                assert!(known.contains(&answer.reason()) || is_open, "{line} {claims} {}", answer.reason());
                seen.insert(answer.reason());
            }
        }
    }
    let expected = [
        "account_suspended",
        "credentials_expired",
        "credentials_rejected",
        "credentials_wrong_audience",
        "excluded",
        "not_found",
        "policy_denied",
        "role_missing",
        "scope_missing",
        "step_up_required",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn an_own_scheme_is_told_by_its_name_and_its_field() {
    let table = small().access();
    let document = table.openapi().gate(&tickets()).build().unwrap();
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({ "Ticket": { "type": "http", "scheme": "ticket" } })
    );
    let keys = Gate::builder().scheme(authgate_tests::scheme::ApiKey).build().unwrap();
    let document = table.openapi().gate(&keys).build().unwrap();
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({ "ApiKey": { "type": "apiKey", "in": "header", "name": "x-api-key" } })
    );
}

#[test]
fn what_is_not_known_is_an_error_that_says_what_to_write() {
    let (table, app) = (routes().access(), app());
    let error = |openapi: OpenApi| openapi.build().unwrap_err().to_string();
    let text = error(table.openapi().gate(&app.machines));
    assert!(text.contains("`GET /any/{name}`") || text.contains("`DELETE /a{{b}}/{c}`"), "{text}");
    assert!(text.contains("add the gate") && text.contains("Gate<User>"), "{text}");
    let text = error(of(&table, &app).gate(&app.users));
    assert!(text.contains("two gates") && text.contains("User"), "{text}");
    let text = error(table.openapi().gate(&tickets()).gate(&app.machines));
    assert!(text.contains("nobody can call `POST /rules`") && text.contains("[\"Ticket\"]"), "{text}");
}
