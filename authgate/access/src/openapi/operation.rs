//! An operation that the document does not have, with no more in it than is known.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::asked::required;
use super::plan::{ACCESS, Edit};
use super::template::{Parameter, Template};
use crate::openapi::DescribedGate;
use crate::{Declaration, Route};

/// A whole operation, with no more in it than is known.
pub(super) fn whole(
    edit: &Edit,
    id: &str,
    template: &Template,
    route: &Route,
    gate: Option<&DescribedGate>,
) -> Value {
    let mut responses = Map::new();
    responses.insert("default".to_owned(), json!({ "description": "What the handler answers." }));
    responses.extend(edit.responses.clone());
    let mut operation = Map::new();
    operation.insert("operationId".to_owned(), id.into());
    operation.insert("description".to_owned(), description(edit, route, gate).into());
    let parameters: Vec<_> = template.parameters().map(parameter).collect();
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    operation.insert("responses".to_owned(), responses.into());
    operation.insert("security".to_owned(), edit.security.clone().unwrap_or_default());
    operation.insert(ACCESS.to_owned(), edit.access.as_str().into());
    operation.into()
}

fn description(edit: &Edit, route: &Route, gate: Option<&DescribedGate>) -> String {
    let mut description = match route.declaration() {
        Declaration::Public { .. } => "Anybody may call.".to_owned(),
        Declaration::Ungated { .. } => "Nobody is asked who he is before this answers.".to_owned(),
        Declaration::Authenticated { .. } => "Whoever proves who he is may call.".to_owned(),
        Declaration::Authorized { .. } => format!("Who may call: `{}`.", edit.access),
    };
    for right in gate.into_iter().flat_map(|gate| required(gate, route)) {
        // Writing to a string does not fail.
        let _ = write!(description, " Of everybody is asked: `{right}`.");
    }
    description
}

fn parameter(parameter: &Parameter) -> Value {
    let mut written =
        json!({ "name": parameter.name, "in": "path", "required": true, "schema": { "type": "string" } });
    if let Some(written) = written.as_object_mut().filter(|_| parameter.is_rest) {
        written.insert("description".to_owned(), "All that follows, slashes too.".into());
    }
    written
}
