//! What has to be done to a document, found out before anything of it is touched.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::asked::{Asked, asked};
use super::components::{Denied, is_same_scheme, security_scheme};
use super::operation::whole;
use super::places::{METHODS, Operation, Place, Places};
use super::reasons::Denials;
use super::template::{Template, identifier};
use super::{Merged, OpenApi};
use crate::openapi::{DescribedGate, OpenApiError};
use crate::{Declaration, Route};

/// What has to be done to a document.
pub(super) struct Plan {
    /// Components, by section and name.
    pub(super) components: BTreeMap<(&'static str, String), Value>,
    pub(super) edits: Vec<Edit>,
    pub(super) merged: Merged,
}

/// What has to be done to one operation.
pub(super) struct Edit {
    pub(super) path: String,
    pub(super) method: &'static str,
    /// `None` where what the document says stays.
    pub(super) security: Option<Value>,
    /// By status: references.
    pub(super) responses: BTreeMap<String, Value>,
    pub(super) access: String,
    /// The whole, where the document has no such operation.
    pub(super) new: Option<Value>,
}

/// The extension that says who may call.
pub(super) const ACCESS: &str = "x-authgate-access";

/// A gate's schemes with their names in the document.
type Named<'a> = (&'a DescribedGate, Vec<String>);

struct Planner<'a> {
    gates: Vec<Named<'a>>,
    denied: Denied<'a>,
    components: BTreeMap<(&'static str, String), Value>,
    /// Whether what responses refer to is among them.
    has_shared: bool,
}

/// What a document has.
#[derive(Default)]
struct Seen {
    /// By key and method.
    operations: BTreeSet<(String, &'static str)>,
    /// By key: as they are written.
    paths: BTreeMap<String, (String, Template)>,
    ids: BTreeSet<String>,
}

impl Plan {
    pub(super) fn of(openapi: &OpenApi, document: &Value) -> Result<Self, OpenApiError> {
        check_version(document)?;
        let components = document.get("components");
        let renders = openapi.gates.iter().any(|gate| gate.renders);
        // The first prefix under which the document has nothing else.
        for number in 1..=MOST_PREFIXES {
            let prefix = if number == 1 { "authgate".to_owned() } else { format!("authgate{number}") };
            let mut planner = Planner {
                gates: Vec::new(),
                denied: Denied { prefix: &prefix, renders },
                components: BTreeMap::new(),
                has_shared: false,
            };
            planner.name_schemes(&openapi.gates, components);
            let (edits, merged) = planner.edits(openapi, document)?;
            let clashes = planner.components.iter().any(|((section, name), own)| {
                let known = components.and_then(|all| all.get(section)?.get(name));
                known.is_some_and(|known| known != own && *section != "securitySchemes")
            });
            if !clashes {
                return Ok(Self { components: planner.components, edits, merged });
            }
        }
        Err(OpenApiError::new(
            "the document's components have names that begin with `authgate`, and are others than those that have to be \
             added: call them something else",
        ))
    }
}

/// How many prefixes are tried.
const MOST_PREFIXES: usize = 16;

fn check_version(document: &Value) -> Result<(), OpenApiError> {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if version.starts_with("3.1.") || version.starts_with("3.2.") {
        return Ok(());
    }
    Err(OpenApiError::new(
        "the document is none of OpenAPI 3.1, where alone scopes can be said of every scheme: its member `openapi` has to \
         be \"3.1.0\"",
    ))
}

impl<'a> Planner<'a> {
    /// Gives each scheme a name that means it, and nothing else that the document has.
    fn name_schemes(&mut self, gates: &'a [DescribedGate], components: Option<&Value>) {
        for gate in gates {
            let mut names = Vec::new();
            for scheme in &gate.schemes {
                let own = security_scheme(scheme);
                let wanted = if gates.len() > 1 {
                    format!("{}.{}", gate.principal.name(), scheme.name)
                } else {
                    scheme.name.to_owned()
                };
                let wanted: String = wanted.chars().map(|c| if is_of_a_name(c) { c } else { '_' }).collect();
                let mut name = wanted.clone();
                let mut number = 2;
                // Two gates never share a name: a credential for one is none for the other.
                while self.components.contains_key(&("securitySchemes", name.clone()))
                    || components
                        .and_then(|all| all.get("securitySchemes")?.get(&name))
                        .is_some_and(|known| !is_same_scheme(known, &own))
                {
                    name = format!("{wanted}_{number}");
                    number += 1;
                }
                self.components.insert(("securitySchemes", name.clone()), own);
                names.push(name);
            }
            self.gates.push((gate, names));
        }
    }

    fn edits(&mut self, openapi: &OpenApi, document: &Value) -> Result<(Vec<Edit>, Merged), OpenApiError> {
        let places = Places::of(&openapi.table);
        let (mut edits, mut merged) = (Vec::new(), Merged::default());
        let mut seen = Seen::default();
        let is_open = is_secured(document);
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            if path.starts_with("x-") {
                continue;
            }
            if item.get("$ref").is_some() {
                return Err(OpenApiError::new(format!(
                    "what the document says of the path `{path}` stands elsewhere (`$ref`), where it cannot be told apart \
                     from what it says of others: write it out under the path"
                )));
            }
            let template = Template::of_document(path);
            let place = places.find(&template);
            for method in METHODS {
                let Some(operation) = item.get(method) else { continue };
                seen.ids.extend(operation.get("operationId").and_then(Value::as_str).map(str::to_owned));
                let found = place.and_then(|(key, place)| Some((key, place.operation(method)?)));
                let Some((key, answers)) = found else {
                    merged.unknown.push((method.to_ascii_uppercase(), path.clone()));
                    continue;
                };
                // One of the things that a path is about does not stand for all.
                if answers.is_of_any() || template.key() == *key {
                    seen.operations.insert((key.clone(), method));
                }
                let mut edit = self.edit(path, method, answers)?;
                // What is behind it may ask for a credential itself.
                let is_ungated = matches!(answers.route.declaration(), Declaration::Ungated { .. });
                if is_ungated && (is_open || is_secured(operation)) {
                    edit.security = None;
                }
                edits.push(edit);
            }
            seen.paths.insert(template.key(), (path.clone(), template));
        }
        for (key, place) in places.iter() {
            for (name, edit) in self.missing(key, place, &mut seen)? {
                let name = name.map(|name| (name, edit.path.clone()));
                merged.undocumented.extend(name);
                edits.push(edit);
            }
        }
        Ok((edits, merged))
    }

    /// The operations of a path that the document does not have, each with the method that is told: of what takes any, once.
    fn missing(
        &mut self,
        key: &str,
        place: &Place<'_>,
        seen: &mut Seen,
    ) -> Result<Vec<(Option<String>, Edit)>, OpenApiError> {
        let is_seen = |method: &'static str| seen.operations.contains(&(key.to_owned(), method));
        // Of what takes any method, one that is written down is enough.
        let is_any_seen =
            place.operations().any(|(method, operation)| operation.is_of_any() && is_seen(method));
        let is_missing = |(method, operation): &(&'static str, &Operation<'_>)| {
            !(is_seen(method) || (operation.is_of_any() && is_any_seen))
        };
        let operations: Vec<_> = place.operations().filter(is_missing).collect();
        let own = (place.template.text(), place.template.clone());
        let (path, template) = seen.paths.get(key).unwrap_or(&own);
        let mut missing = Vec::new();
        let mut is_any_told = false;
        for (method, operation) in operations {
            let told = if !operation.is_of_any() {
                Some(method.to_ascii_uppercase())
            } else if !std::mem::replace(&mut is_any_told, true) {
                Some("*".to_owned())
            } else {
                None
            };
            let mut edit = self.edit(path, method, operation)?;
            let mut id = identifier(method, template);
            for number in 2.. {
                if seen.ids.insert(id.clone()) {
                    break;
                }
                id = format!("{}_{number}", identifier(method, template));
            }
            let gate = self.gate_of(operation.route)?.map(|(gate, _)| *gate);
            edit.new = Some(whole(&edit, &id, template, operation.route, gate));
            missing.push((told, edit));
        }
        Ok(missing)
    }

    /// What is true of an operation.
    fn edit(
        &mut self,
        path: &str,
        method: &'static str,
        operation: &Operation<'_>,
    ) -> Result<Edit, OpenApiError> {
        let (mut security, mut all_denials) = (Vec::new(), Denials::new());
        if let Some((gate, names)) = self.gate_of(operation.route)? {
            let Asked { alternatives, denials } = asked(gate, operation.route, method)?;
            for (at, scopes) in alternatives {
                security.extend(names.get(at).map(|name| json!({ name: scopes })));
            }
            all_denials = denials;
        }
        let mut responses = BTreeMap::new();
        for (status, reasons) in &all_denials {
            let name = self.denied.name(*status, reasons);
            // Few are different, over many operations.
            let known = self.components.entry(("responses", name));
            known.or_insert_with(|| self.denied.response(*status, reasons));
            responses.insert(status.to_string(), self.denied.reference(*status, reasons));
        }
        if !all_denials.is_empty() && !std::mem::replace(&mut self.has_shared, true) {
            let shared = self.denied.shared().into_iter();
            self.components.extend(shared.map(|(section, name, value)| ((section, name), value)));
        }
        let (path, access) = (path.to_owned(), operation.access.clone());
        Ok(Edit { path, method, security: Some(security.into()), responses, access, new: None })
    }

    /// The gate that a route's callers come through; `None` where nobody is asked.
    fn gate_of(&self, route: &Route) -> Result<Option<&Named<'a>>, OpenApiError> {
        let principal = match route.declaration() {
            Declaration::Public { .. } | Declaration::Ungated { .. } => return Ok(None),
            Declaration::Authenticated { principal } | Declaration::Authorized { principal, .. } => principal,
        };
        let gate = self.gates.iter().find(|(gate, _)| gate.principal == principal);
        gate.map(Some).ok_or_else(|| {
            OpenApiError::new(format!(
                "`{} {}` is for callers of the type `{}`, and nothing is known of how they prove who they are: add the gate \
                 that the router has for them, `.gate(&gate)` with a `Gate<{principal}>`",
                route.method(),
                route.shown_path(),
                principal.full_name(),
            ))
        })
    }
}

/// Whether it asks for a credential.
fn is_secured(part: &Value) -> bool {
    part.get("security").and_then(Value::as_array).is_some_and(|security| !security.is_empty())
}

/// Whether it can stand in the name of a component.
const fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}
