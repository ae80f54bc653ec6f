//! The denials that an operation can respond with.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{DescribedGate, DescribedScheme};
use crate::rule::Ask;
use crate::{Ambient, Builtin, Declaration, PrincipalType, Reason, Rule};

/// The status of a redirect to the login page.
const SEE_OTHER: u16 = 303;

/// Returns the statuses of the denials of an operation that accepts these schemes.
pub(super) fn statuses(
    gate: &DescribedGate,
    accepted: &[&DescribedScheme],
    declaration: &Declaration,
    required: &[&'static Rule],
    method: &str,
) -> BTreeSet<u16> {
    let has_cookie = accepted.iter().any(|scheme| scheme.ambient == Ambient::Cookie);
    let (mut of_gate, mut of_rule) = (Outcomes::default(), Outcomes::default());
    required.iter().for_each(|rule| of_gate.add(rule, accepted, gate.principal));
    let mut conceals = false;
    if let Declaration::Authorized { right, conceal, .. } = declaration {
        of_rule.add(right, accepted, gate.principal);
        conceals = *conceal;
    }
    let is_unsafe = !matches!(method, "get" | "head" | "options");
    let is_cross_site = is_unsafe && !accepted.iter().all(|scheme| scheme.ambient == Ambient::No);
    // A caller that may read a concealed resource learns that another right is missing.
    let is_open = !conceals || of_rule.loads;
    let possible = [
        (SEE_OTHER, gate.has_login_page && has_cookie),
        (400, true),
        (401, true),
        (
            403,
            is_cross_site
                || accepted.iter().any(|scheme| scheme.forbids)
                || of_gate.forbids
                || (of_rule.forbids && is_open),
        ),
        (404, of_rule.loads || (conceals && of_rule.forbids)),
        (429, accepted.iter().any(|scheme| scheme.limits_attempts)),
        (500, of_gate.fails || of_rule.fails),
        (503, true),
    ];
    possible.into_iter().filter_map(|(status, is_possible)| is_possible.then_some(status)).collect()
}

/// The results that the evaluation of a rule can have, apart from a required login (401).
#[derive(Default)]
struct Outcomes {
    /// A right is missing: 403, or 404 if concealed.
    forbids: bool,
    /// A resource does not exist: 404.
    loads: bool,
    /// The application's code panics: 500.
    fails: bool,
}

impl Outcomes {
    fn add(&mut self, rule: &Rule, accepted: &[&DescribedScheme], principal: PrincipalType) {
        self.forbids |= rule.has(Ask::Negation);
        for leaf in rule.leaves() {
            self.forbids |= match leaf {
                Rule::Builtin(Builtin::Scheme, name) => {
                    accepted.iter().any(|scheme| !scheme.name.eq_ignore_ascii_case(name.text()))
                }
                Rule::Builtin(builtin, _) if builtin.is_about_login() => {
                    !accepted.iter().any(|scheme| scheme.knows_login)
                }
                Rule::Waived { .. } => false,
                _ => true,
            };
            self.loads |= matches!(leaf, Rule::Policy { .. });
            self.fails |= match leaf {
                Rule::Own(_) | Rule::Policy { .. } => true,
                // A principal that is implemented by hand evaluates its rights itself.
                Rule::Held { .. } => principal.sets().is_empty(),
                _ => false,
            };
        }
    }
}

/// Returns the reference to the response with this status.
pub(super) fn reference(status: u16) -> Value {
    json!({ "$ref": format!("#/components/responses/authgate.{status}") })
}

/// Returns the response with this status.
pub(super) fn response(status: u16, renders: bool) -> Value {
    const CHALLENGES: Option<(&str, &str)> =
        Some(("WWW-Authenticate", "The accepted schemes, one challenge each."));
    const RETRY_AFTER: Option<(&str, &str)> = Some(("Retry-After", "The seconds to wait."));
    let (description, header) = match status {
        SEE_OTHER => ("A redirect for browsers.", Some(("Location", "The login page."))),
        400 => ("The request carries more than one credential.", CHALLENGES),
        401 => ("The request carries no valid credential.", CHALLENGES),
        403 => ("The caller lacks a required right.", CHALLENGES),
        404 => ("The resource does not exist.", None),
        429 => ("The client has tried too often.", RETRY_AFTER),
        503 => ("Authorization is temporarily unavailable.", RETRY_AFTER),
        _ => ("Authorization failed.", None),
    };
    let mut response = Map::from_iter([("description".to_owned(), description.into())]);
    if let Some((name, description)) = header {
        let header = json!({ "description": description, "schema": { "type": "string" } });
        response.insert("headers".to_owned(), json!({ name: header }));
    }
    if status != SEE_OTHER {
        response.insert("content".to_owned(), content(status, renders));
    }
    response.into()
}

fn content(status: u16, renders: bool) -> Value {
    let reasons = Reason::ALL.iter().filter(|reason| reason.status() == status);
    let codes: BTreeSet<_> = reasons.map(|reason| reason.code()).collect();
    let reason = if status == 403 {
        // Requirements and policies of the application have custom codes.
        json!({ "type": "string", "examples": codes, "pattern": "^[a-z0-9_]{1,64}$" })
    } else {
        json!({ "type": "string", "enum": codes })
    };
    let problem = json!({ "schema": { "allOf": [
        { "$ref": "#/components/schemas/authgate.Problem" },
        { "type": "object", "properties": { "reason": reason } },
    ] } });
    let text = json!({ "schema": { "type": "string" } });
    let mut content = json!({ "application/problem+json": problem, "text/html": text, "text/plain": text });
    if let Some(content) = content.as_object_mut().filter(|_| renders) {
        content.insert("*/*".to_owned(), json!({}));
    }
    content
}

/// Returns the schema of the problem document.
pub(super) fn problem() -> Value {
    let string = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "description": "The reason for a denial (RFC 9457).",
        "required": ["title", "status", "detail", "reason"],
        "properties": {
            "type": string("The problem type. Defaults to `about:blank`."),
            "title": string("The phrase of the status."),
            "status": { "type": "integer", "description": "The status." },
            "detail": string("An explanation for people."),
            "reason": string("A code for programs."),
            "decision": string("The id of the decision in the operator's log."),
            "missing": {
                "type": "array",
                "description": "The rights that the caller lacks, if the caller may know them.",
                "items": { "type": "string" }
            }
        }
    })
}
