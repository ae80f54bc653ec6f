//! Applies the changes to a document of `utoipa`.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Components, RefOr};

use super::denials::reference;
use super::plan::{ACCESS, Edit, Plan};
use super::{Merged, OpenApi, OpenApiError};

impl OpenApi {
    /// Completes a document of `utoipa`, as [`merge_into_json`](Self::merge_into_json) completes
    /// JSON. The rest of the document stays unchanged.
    ///
    /// `utoipa` supports few auth-schemes. A custom scheme is described as an API key in
    /// `Authorization`.
    ///
    /// # Errors
    ///
    /// Returns [`OpenApiError`] for the reasons of [`merge_into_json`](Self::merge_into_json).
    pub fn merge_into(&self, document: &mut utoipa::openapi::OpenApi) -> Result<Merged, OpenApiError> {
        // Only read, because the way through JSON and back could lose parts of the document.
        let seen = serde_json::to_value(&*document).map_err(|error| unfit(&error))?;
        let Plan { components, edits, merged } = self.plan(&seen)?;
        let mut written = document.clone();
        let into = written.components.get_or_insert_default();
        for ((section, name), value) in components {
            add_component(into, section, name, value)?;
        }
        for edit in edits {
            edit.write_typed(written.paths.paths.entry(edit.path.clone()).or_default())?;
        }
        *document = written;
        Ok(merged)
    }
}

fn add_component(
    into: &mut Components,
    section: &str,
    name: String,
    value: Value,
) -> Result<(), OpenApiError> {
    match section {
        "responses" => drop(into.responses.entry(name).or_insert(read(value)?)),
        "schemas" => drop(into.schemas.entry(name).or_insert(read(value)?)),
        _ => {
            let field = || read(json!({ "type": "apiKey", "in": "header", "name": "Authorization" }));
            let scheme = read::<RefOr<SecurityScheme>>(value).or_else(|_| field())?;
            into.security_schemes.entry(name).or_insert(scheme);
        }
    }
    Ok(())
}

impl Edit {
    fn write_typed(&self, item: &mut PathItem) -> Result<(), OpenApiError> {
        let operation = match self.method {
            "get" => &mut item.get,
            "put" => &mut item.put,
            "post" => &mut item.post,
            "delete" => &mut item.delete,
            "options" => &mut item.options,
            "head" => &mut item.head,
            "patch" => &mut item.patch,
            _ => &mut item.trace,
        };
        let operation = match operation {
            Some(operation) => operation,
            missing => missing.insert(read(self.minimal_operation())?),
        };
        for status in &self.statuses {
            let reference = read(reference(*status))?;
            operation.responses.responses.entry(status.to_string()).or_insert(reference);
        }
        if let Some(security) = &self.security {
            operation.security = Some(read(security.clone())?);
        }
        let access = Extensions::from_iter([(ACCESS, self.access.as_str())]);
        operation.extensions.get_or_insert_default().merge(access);
        Ok(())
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, OpenApiError> {
    serde_json::from_value(value).map_err(|error| unfit(&error))
}

fn unfit(error: &serde_json::Error) -> OpenApiError {
    OpenApiError(format!(
        "utoipa cannot represent the document ({error}): complete it as JSON with `merge_into_json`"
    ))
}
