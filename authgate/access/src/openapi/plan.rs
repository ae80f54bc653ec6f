//! Computes the changes to a document, and applies them to JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::denials::{problem, reference, response, statuses};
use super::paths::{METHODS, Paths, Template, answers_any};
use super::security::{alternatives, is_same_scheme, security_scheme};
use super::{DescribedGate, Merged, OpenApi, OpenApiError};
use crate::lock::Writer;
use crate::{Declaration, Route};

/// The changes to a document.
#[derive(Default)]
pub(super) struct Plan {
    /// By section and name.
    pub(super) components: BTreeMap<(&'static str, String), Value>,
    pub(super) edits: Vec<Edit>,
    pub(super) merged: Merged,
}

/// The changes to an operation.
pub(super) struct Edit {
    pub(super) path: String,
    pub(super) method: &'static str,
    /// `None` to keep the security of the document.
    pub(super) security: Option<Value>,
    pub(super) statuses: BTreeSet<u16>,
    pub(super) access: String,
}

/// The extension with the access of an operation.
pub(super) const ACCESS: &str = "x-authgate-access";

/// A gate and the names of its security schemes.
type Named<'a> = (&'a DescribedGate, Vec<String>);

impl Plan {
    pub(super) fn of(openapi: &OpenApi, document: &Value) -> Result<Self, OpenApiError> {
        let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !(version.starts_with("3.1.") || version.starts_with("3.2.")) {
            let text = "expected a document of OpenAPI 3.1, the first version with scopes for every scheme: set its \
                        member `openapi` to \"3.1.0\"";
            return Err(OpenApiError(text.to_owned()));
        }
        let mut plan = Self::default();
        let known = |section: &str, name: &str| document.get("components")?.get(section)?.get(name);
        let gates = plan.name_schemes(&openapi.gates, |name| known("securitySchemes", name));
        plan.add_edits(openapi, &gates, document)?;
        let statuses: BTreeSet<_> = plan.edits.iter().flat_map(|edit| &edit.statuses).copied().collect();
        let renders = openapi.gates.iter().any(|gate| gate.renders);
        let mut own: Vec<_> = statuses
            .iter()
            .map(|status| ("responses", status.to_string(), response(*status, renders)))
            .collect();
        own.extend((!own.is_empty()).then(|| ("schemas", "Problem".to_owned(), problem())));
        for (section, name, component) in own {
            let name = format!("authgate.{name}");
            if known(section, &name).is_some_and(|known| *known != component) {
                return Err(OpenApiError(format!(
                    "the document has another component `{section}/{name}`: rename or remove it"
                )));
            }
            plan.components.insert((section, name), component);
        }
        Ok(plan)
    }

    /// Names each scheme after itself. Adds a number if the document has another scheme with that
    /// name, or if another gate does, because a credential for one gate is not valid for another.
    fn name_schemes<'a>(
        &mut self,
        gates: &'a [DescribedGate],
        known: impl Fn(&str) -> Option<&'a Value>,
    ) -> Vec<Named<'a>> {
        let mut named = Vec::new();
        for gate in gates {
            let mut names = Vec::new();
            for scheme in &gate.schemes {
                let own = security_scheme(scheme);
                let prefix =
                    if gates.len() > 1 { format!("{}.", gate.principal.name()) } else { String::new() };
                let wanted = format!("{prefix}{}", scheme.name)
                    .replace(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c), "_");
                let mut name = wanted.clone();
                for number in 2.. {
                    let is_other = known(&name).is_some_and(|known| !is_same_scheme(known, &own));
                    if !is_other && !self.components.contains_key(&("securitySchemes", name.clone())) {
                        break;
                    }
                    name = format!("{wanted}_{number}");
                }
                self.components.insert(("securitySchemes", name.clone()), own);
                names.push(name);
            }
            named.push((gate, names));
        }
        named
    }

    fn add_edits(
        &mut self,
        openapi: &OpenApi,
        gates: &[Named<'_>],
        document: &Value,
    ) -> Result<(), OpenApiError> {
        let (paths, writer) = (Paths::of(&openapi.table), Writer::of(&openapi.table));
        let edit = |path, method, route| edit(gates, &writer, path, method, route);
        let (mut documented, mut written_paths) = (BTreeSet::new(), BTreeMap::new());
        let items = document.get("paths").and_then(Value::as_object);
        for (path, item) in items.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
            if item.get("$ref").is_some() {
                return Err(OpenApiError(format!(
                    "the path `{path}` is a `$ref`, which other paths may share: write its operations under the path"
                )));
            }
            let template = Template::of_document(path);
            for method in METHODS {
                let Some(operation) = item.get(method) else { continue };
                let Some((key, route)) = paths.find(&template, method) else {
                    self.merged.unknown.push((method.to_ascii_uppercase(), path.clone()));
                    continue;
                };
                // `/reports/1` does not document `/reports/{id}`.
                if answers_any(route) || template.key() == *key {
                    documented.insert((key, method));
                }
                let mut edit = edit(path, method, route)?;
                // An ungated service may require credentials itself.
                let is_ungated = matches!(route.declaration(), Declaration::Ungated { .. });
                if is_ungated && (is_secured(document) || is_secured(operation)) {
                    edit.security = None;
                }
                self.edits.push(edit);
            }
            written_paths.insert(template.key(), path);
        }
        for (key, place) in &paths.0 {
            let path = written_paths.get(key).copied().unwrap_or(&place.template.text);
            let is_documented = |method| documented.contains(&(key, method));
            // One method documents a route for any method.
            let is_any_documented =
                place.routes.iter().any(|(method, route)| answers_any(route) && is_documented(*method));
            for (method, route) in &place.routes {
                if is_documented(*method) || (answers_any(route) && is_any_documented) {
                    continue;
                }
                let name = if answers_any(route) { "*".to_owned() } else { method.to_ascii_uppercase() };
                let undocumented = (name, path.clone());
                if !self.merged.undocumented.contains(&undocumented) {
                    self.merged.undocumented.push(undocumented);
                }
                self.edits.push(edit(path, method, route)?);
            }
        }
        Ok(())
    }

    /// Applies the changes to a document. Leaves it unchanged on errors.
    pub(super) fn write(self, document: &mut Value) -> Result<Merged, OpenApiError> {
        let mut written = document.clone();
        for ((section, name), value) in self.components {
            let section = member(member(&mut written, "components")?, section)?;
            object(section)?.entry(name).or_insert(value);
        }
        for edit in self.edits {
            edit.write(member(member(&mut written, "paths")?, &edit.path)?)?;
        }
        *document = written;
        Ok(self.merged)
    }
}

impl Edit {
    fn write(&self, item: &mut Value) -> Result<(), OpenApiError> {
        let operation = object(item)?.entry(self.method).or_insert_with(|| self.minimal_operation());
        let responses = object(member(operation, "responses")?)?;
        for status in &self.statuses {
            responses.entry(status.to_string()).or_insert_with(|| reference(*status));
        }
        let operation = object(operation)?;
        operation.extend(self.security.clone().map(|security| ("security".to_owned(), security)));
        operation.insert(ACCESS.to_owned(), self.access.as_str().into());
        Ok(())
    }

    /// Returns a valid operation for one that the document does not describe. A path parameter must
    /// be declared (OpenAPI 3.1, "Path Templating").
    pub(super) fn minimal_operation(&self) -> Value {
        let parameter =
            |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
        let parameters: Vec<_> =
            Template::of_document(&self.path).parameters.into_iter().map(parameter).collect();
        let responses = json!({ "default": { "description": "The response of the handler." } });
        if parameters.is_empty() {
            return json!({ "responses": responses });
        }
        json!({ "parameters": parameters, "responses": responses })
    }
}

/// Computes the changes to an operation.
fn edit(
    gates: &[Named<'_>],
    writer: &Writer,
    path: &str,
    method: &'static str,
    route: &Route,
) -> Result<Edit, OpenApiError> {
    let declaration = route.declaration();
    let (path, access) = (path.to_owned(), writer.access(&declaration).to_string());
    let mut edit = Edit { path, method, security: Some(json!([])), statuses: BTreeSet::new(), access };
    let name = format!("{} {}", route.method(), route.shown_path());
    let mut security = Vec::new();
    for alternative in declaration.alternatives() {
        let Some(principal) = alternative.principal() else { return Ok(edit) };
        let rule = match alternative {
            Declaration::Authorized { right, .. } => Some(*right),
            _ => None,
        };
        let (gate, names) = gates.iter().find(|(gate, _)| gate.principal == principal).ok_or_else(|| {
            OpenApiError(format!(
                "`{name}` requires a caller of type `{}`, whose gate is missing: add `.gate(&gate)` with a `Gate<{principal}>`",
                principal.full_name(),
            ))
        })?;
        let required = gate.required.iter().copied();
        let required: Vec<_> =
            required.filter(|required| rule.is_none_or(|rule| !rule.waives(required))).collect();
        let rules: Vec<_> = required.iter().copied().chain(rule).collect();
        let accepted = alternative.accepted_schemes();
        let alternatives = alternatives(gate, &rules, accepted);
        if alternatives.is_empty() {
            let schemes: Vec<_> = gate.schemes.iter().map(|scheme| scheme.name).collect();
            return Err(OpenApiError(format!(
                "no caller can satisfy `{name}`: it requires {alternative}, but the gate of `{principal}` has only \
                 {schemes:?}; add the scheme to the gate, or require another"
            )));
        }
        let alternatives =
            alternatives.into_iter().filter_map(|(at, scopes)| Some(json!({ names.get(at)?: scopes })));
        for alternative in alternatives {
            if !security.contains(&alternative) {
                security.push(alternative);
            }
        }
        let schemes: Vec<_> = gate.schemes.iter().filter(|scheme| accepted.accepts(scheme.name)).collect();
        edit.statuses.append(&mut statuses(gate, &schemes, alternative, &required, method));
    }
    edit.security = Some(security.into());
    Ok(edit)
}

/// Returns `true` if a document or an operation requires credentials.
fn is_secured(part: &Value) -> bool {
    part.get("security").and_then(Value::as_array).is_some_and(|security| !security.is_empty())
}

fn object(value: &mut Value) -> Result<&mut Map<String, Value>, OpenApiError> {
    value
        .as_object_mut()
        .ok_or_else(|| OpenApiError("the document is not valid OpenAPI: expected an object".to_owned()))
}

/// Returns the member with this name. Adds an empty object if it is missing.
fn member<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Value, OpenApiError> {
    Ok(object(value)?.entry(name).or_insert_with(|| Map::new().into()))
}
