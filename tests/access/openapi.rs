//! OpenAPI documents describe the behavior of the router.

mod everything;
mod merged;
mod typed;

use authgate::access::Table;
use authgate::access::openapi::OpenApi;
use authgate::scheme::attempts::AttemptLimits;
use authgate::scheme::{Basic, Login, Users};
use authgate::{Gate, Router};
use authgate_tests::app::{User, gate, routes as small};
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
    let schema = &response["content"]["application/problem+json"]["schema"];
    let reason = &schema["allOf"][1]["properties"]["reason"];
    let known = [&reason["enum"], &reason["examples"]].into_iter().find(|known| known.is_array()).unwrap();
    (serde_json::from_value(known.clone()).unwrap(), reason["enum"].is_null())
}

#[test]
fn lists_the_accepted_schemes_and_required_scopes() {
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

fn limits() -> AttemptLimits {
    AttemptLimits::in_memory(|_| None)
}

fn routes_of_users(basic: Basic<impl Users<User>>) -> Value {
    let gate = Gate::<User>::builder().scheme(basic.realm("api")).build().unwrap();
    small().access().openapi().gate(&gate).build().unwrap()
}

#[test]
fn lists_only_possible_denials() {
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
    let forbidden = reasons(&document, "put", "/reports/{id}", "403");
    assert!(forbidden.1, "policies have reasons of their own");
    for code in ["cross_site", "policy_denied", "role_missing", "scope_missing"] {
        assert!(forbidden.0.iter().any(|known| known == code), "{code}");
    }
    let unavailable = (vec!["busy".to_owned(), "undecided".to_owned()], false);
    assert_eq!(reasons(&document, "get", "/me", "503"), unavailable);
    let small = small().access().openapi().gate(&gate()).build().unwrap();
    assert_eq!(statuses(&small, "get", "/me"), ["400", "401", "503"]);
    let limited = routes_of_users(Basic::new(|_, _| async { Login::<User>::Unknown }).attempts(&limits()));
    assert_eq!(statuses(&limited, "get", "/me"), ["400", "401", "429", "503"]);
    assert_eq!(reasons(&limited, "get", "/me", "429"), (vec!["too_many_attempts".to_owned()], false));
    let headers_of_429 = &limited["components"]["responses"]["authgate.429"]["headers"];
    assert!(headers_of_429["Retry-After"].is_object(), "{headers_of_429}");
    let unlimited = routes_of_users(Basic::new(|_, _| async { Login::<User>::Unknown }));
    assert_eq!(statuses(&unlimited, "get", "/me"), ["400", "401", "503"]);
    let reference = &small["paths"]["/me"]["get"]["responses"]["401"]["$ref"];
    assert_eq!(reference, "#/components/responses/authgate.401");
    let headers = |status: &str| {
        let headers = document["components"]["responses"][status]["headers"].as_object();
        headers.into_iter().flat_map(|headers| headers.keys()).cloned().collect::<Vec<_>>()
    };
    for (status, expected) in [
        ("authgate.303", &["Location"][..]),
        ("authgate.400", &["WWW-Authenticate"]),
        ("authgate.401", &["WWW-Authenticate"]),
        ("authgate.403", &["WWW-Authenticate"]),
        ("authgate.404", &[]),
        ("authgate.500", &[]),
        ("authgate.503", &["Retry-After"]),
    ] {
        assert_eq!(headers(status), expected, "{status}");
    }
}

#[test]
fn writes_paths_and_operations_in_the_syntax_of_openapi() {
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
    let files = &document["paths"]["/files/{path}"]["get"]["parameters"][0];
    assert_eq!(
        (&files["name"], &files["in"], &files["required"]),
        (&json!("path"), &json!("path"), &json!(true))
    );
    let access = |method: &str, path: &str| document["paths"][path][method]["x-authgate-access"].clone();
    assert_eq!(access("get", "/health"), "public \"load balancer probe\"");
    assert_eq!(access("put", "/machines"), "role:admin as Machine");
    assert_eq!(access("put", "/reports/{id}"), "policy:CanEdit on Report as User conceal");
    let members = document["paths"]["/me"]["get"].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(members, ["responses", "security", "x-authgate-access"]);
}

#[test]
fn does_not_depend_on_the_order_of_registration() {
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
async fn admits_anonymous_callers_only_where_the_document_says_so() {
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
async fn documents_every_denial() {
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
fn describes_custom_schemes() {
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
fn missing_duplicate_or_unusable_gate_is_an_error() {
    let (table, app) = (routes().access(), app());
    let error = |openapi: OpenApi| openapi.build().unwrap_err().to_string();
    let text = error(table.openapi().gate(&app.machines));
    assert!(text.contains("`GET /any/{name}`") || text.contains("`DELETE /a{{b}}/{c}`"), "{text}");
    assert!(text.contains("whose gate is missing") && text.contains("Gate<User>"), "{text}");
    let text = error(of(&table, &app).gate(&app.users));
    assert!(text.contains("two gates") && text.contains("User"), "{text}");
    let text = error(table.openapi().gate(&tickets()).gate(&app.machines));
    assert!(text.contains("no caller can satisfy `POST /rules`") && text.contains("[\"Ticket\"]"), "{text}");
}
