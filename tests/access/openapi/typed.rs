//! OpenAPI documents of `utoipa`.

use authgate::access::openapi::Merged;
use authgate_tests::app::{gate, routes as small};
use serde_json::{Value, json};
use utoipa::OpenApi as _;

use super::everything::{app, routes, tickets};
use super::of;

/// A report.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "for its schema")]
struct Report {
    title: String,
}

/// One report.
#[utoipa::path(
    get, path = "/reports/{report}", params(("report" = u64, Path)), security(("theirs" = ["all"])),
    responses((status = 200, body = Report), (status = 403, description = "not yours"))
)]
#[expect(dead_code, reason = "for its document")]
fn read() {}

#[utoipa::path(get, path = "/old", responses((status = 200, description = "gone")))]
#[expect(dead_code, reason = "for its document")]
fn old() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(read, old))]
struct Theirs;

#[test]
fn completes_a_document_of_utoipa() {
    let mut document = Theirs::openapi();
    let before = serde_json::to_value(&document).unwrap();
    let merged = small().access().openapi().gate(&gate()).merge_into(&mut document).unwrap();
    let pair = |(method, path): (&str, &str)| (method.to_owned(), path.to_owned());
    assert_eq!(merged.unknown, [pair(("GET", "/old"))]);
    assert_eq!(
        merged.undocumented,
        [
            ("GET", "/admin/reports"),
            ("GET", "/health"),
            ("GET", "/me"),
            ("DELETE", "/reports/{report}"),
            ("PUT", "/reports/{report}"),
        ]
        .map(pair)
    );
    let document = serde_json::to_value(&document).unwrap();
    let (read, theirs) =
        (&document["paths"]["/reports/{report}"]["get"], &before["paths"]["/reports/{report}"]["get"]);
    assert_eq!(read["security"], json!([{ "Bearer": [] }]));
    assert_eq!(read["x-authgate-access"], "role:viewer");
    for same in ["summary", "parameters", "operationId", "tags"] {
        assert_eq!(read[same], theirs[same], "{same}");
    }
    for status in ["200", "403"] {
        assert_eq!(read["responses"][status], theirs["responses"][status]);
    }
    assert_eq!(read["responses"]["401"]["$ref"], "#/components/responses/authgate.401");
    assert_eq!(document["paths"]["/health"]["get"]["security"], json!([]));
    assert_eq!(document["components"]["schemas"]["Report"], before["components"]["schemas"]["Report"]);
}

/// Removes the members that are empty, because `utoipa` omits them.
fn sections(mut document: Value) -> Value {
    for part in ["info", "openapi"] {
        document.as_object_mut().unwrap().remove(part);
    }
    document
}

#[test]
fn equals_the_merge_into_json() {
    let (table, app) = (routes().access(), app());
    let openapi = of(&table, &app);
    let mut typed = utoipa::openapi::OpenApi::default();
    let merged = openapi.merge_into(&mut typed).unwrap();
    let mut document = json!({ "openapi": "3.1.0", "info": {}, "paths": {} });
    assert_eq!(openapi.merge_into_json(&mut document).unwrap(), merged);
    assert_eq!(sections(serde_json::to_value(&typed).unwrap()), sections(document));

    let once = serde_json::to_value(&typed).unwrap();
    assert_eq!(openapi.merge_into(&mut typed).unwrap(), Merged::default());
    assert_eq!(serde_json::to_value(&typed).unwrap(), once);
}

#[test]
fn describes_unsupported_schemes_as_an_api_key() {
    let mut document = utoipa::openapi::OpenApi::default();
    small().access().openapi().gate(&tickets()).merge_into(&mut document).unwrap();
    let document = serde_json::to_value(&document).unwrap();
    assert_eq!(
        document["components"]["securitySchemes"]["Ticket"],
        json!({ "type": "apiKey", "in": "header", "name": "Authorization" })
    );
    assert_eq!(document["paths"]["/me"]["get"]["security"], json!([{ "Ticket": [] }]));
}
