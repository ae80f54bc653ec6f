//! The parts of a document that its operations refer to.

use serde_json::{Map, Value, json};

use super::reasons::{Reasons, SEE_OTHER};
use crate::Described;
use crate::openapi::DescribedScheme;

/// The components that denials are made of, under names that begin alike.
pub(super) struct Denied<'a> {
    pub(super) prefix: &'a str,
    /// Whether the application writes bodies of its own.
    pub(super) renders: bool,
}

impl Denied<'_> {
    /// What a response is called: the same whatever else there is in the document.
    pub(super) fn name(&self, status: u16, reasons: &Reasons) -> String {
        let mut name = format!("{}.{status}", self.prefix);
        // Who is not known is always told the same reasons, but for one.
        let told = |code: &&&str| matches!(status, 403) || **code == "step_up_required";
        for code in reasons.codes.iter().filter(told) {
            name.push('.');
            name.push_str(code);
        }
        if reasons.open {
            name.push_str(".other");
        }
        name
    }

    pub(super) fn reference(&self, status: u16, reasons: &Reasons) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.name(status, reasons)) })
    }

    /// A response.
    pub(super) fn response(&self, status: u16, reasons: &Reasons) -> Value {
        let mut response = Map::new();
        response.insert("description".to_owned(), description(status).into());
        let header = match status {
            400 | 401 => Some("WWW-Authenticate"),
            403 if reasons.codes.contains("scope_missing") => Some("WWW-Authenticate"),
            503 => Some("Retry-After"),
            SEE_OTHER => Some("Location"),
            _ => None,
        };
        if let Some(header) = header {
            let reference = json!({ "$ref": format!("#/components/headers/{}.{header}", self.prefix) });
            response.insert("headers".to_owned(), json!({ header: reference }));
        }
        if status != SEE_OTHER {
            response.insert("content".to_owned(), self.content(status, reasons));
        }
        Value::Object(response)
    }

    fn content(&self, status: u16, reasons: &Reasons) -> Value {
        let mut codes: Vec<Value> = vec![json!({ "type": "string", "enum": reasons.codes })];
        if reasons.open {
            codes.push(json!({
                "type": "string",
                "description": "A requirement's or policy's own.",
                "pattern": "^[a-z0-9_]{1,64}$"
            }));
        }
        let reason = match (codes.pop(), codes.pop()) {
            (Some(open), Some(known)) => json!({ "anyOf": [known, open] }),
            (known, _) => known.unwrap_or_default(),
        };
        let problem = json!({ "allOf": [
            { "$ref": format!("#/components/schemas/{}.Problem", self.prefix) },
            { "type": "object", "properties": { "status": { "type": "integer", "enum": [status] }, "reason": reason } },
        ] });
        let mut content = json!({
            "application/problem+json": { "schema": problem },
            "text/html": { "schema": { "type": "string" } },
            "text/plain": { "schema": { "type": "string" } },
        });
        if let Some(content) = content.as_object_mut().filter(|_| self.renders) {
            content.insert("*/*".to_owned(), json!({}));
        }
        content
    }

    /// What responses refer to, by section and name.
    pub(super) fn shared(&self) -> Vec<(&'static str, String, Value)> {
        let name = |part: &str| format!("{}.{part}", self.prefix);
        let header = |part, description: &str| {
            let header = json!({ "description": description, "schema": { "type": "string" } });
            ("headers", name(part), header)
        };
        let string = |description: &str| json!({ "type": "string", "description": description });
        let problem = json!({
            "type": "object",
            "description": "Why a request was denied (RFC 9457).",
            "required": ["title", "status", "detail", "reason"],
            "properties": {
                "type": { "type": "string", "description": "`about:blank`, where it is left out." },
                "title": string("The status in a few words."),
                "status": { "type": "integer", "description": "The status." },
                "detail": string("Why, in a sentence for people."),
                "reason": string("Why, in a word for programs."),
                "decision": string("What the operator finds the decision by; of callers who are known."),
                "missing": {
                    "type": "array",
                    "description": "What the caller lacks, where that is told.",
                    "items": { "type": "string" }
                }
            }
        });
        vec![
            header("Location", "Where to sign in."),
            header("Retry-After", "After how many seconds to try again."),
            header("WWW-Authenticate", "How to prove who one is: a line for each scheme that is taken here."),
            ("schemas", name("Problem"), problem),
        ]
    }
}

const fn description(status: u16) -> &'static str {
    match status {
        SEE_OTHER => "A browser that goes to a page is sent to sign in.",
        400 => "More than one credential, where one is allowed.",
        401 => "No credential, or none that is accepted here.",
        403 => "The caller is known, and may not do this.",
        404 => "There is no such thing, or none that the caller may know of.",
        503 => "It cannot be found out right now whether the caller may do this.",
        _ => "What had to decide whether the caller may do this has failed.",
    }
}

/// A security scheme.
pub(super) fn security_scheme(scheme: &DescribedScheme) -> Value {
    match &scheme.described {
        Described::Authorization { format } => {
            let mut described = json!({ "type": "http", "scheme": scheme.name.to_ascii_lowercase() });
            // Only a bearer has a format.
            if let (Some(format), Some(described), "bearer") =
                (format, described.as_object_mut(), scheme.name.to_ascii_lowercase().as_str())
            {
                described.insert("bearerFormat".to_owned(), (*format).into());
            }
            described
        }
        Described::Field(name) => json!({ "type": "apiKey", "in": "header", "name": name.as_str() }),
        Described::Cookie(name) => json!({ "type": "apiKey", "in": "cookie", "name": name }),
    }
}

/// Whether the two are one scheme, whatever else is said of them.
pub(super) fn is_same_scheme(one: &Value, other: &Value) -> bool {
    ["type", "in", "name"].iter().all(|member| one.get(member) == other.get(member))
        && match (one.get("scheme"), other.get("scheme")) {
            (Some(Value::String(one)), Some(Value::String(other))) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        }
}
