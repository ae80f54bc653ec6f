//! What was found out, written into a document of `utoipa`.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Components, Header, RefOr, Response, Schema};

use super::plan::{ACCESS, Edit, Plan};
use super::{Merged, OpenApi};
use crate::openapi::OpenApiError;

impl OpenApi {
    /// Completes a document of `utoipa`, as [`merge_into_json`](Self::merge_into_json) does one that is JSON. Nothing else of it
    /// is touched.
    ///
    /// `utoipa` knows few auth-schemes by name: one of the application's own is told as a credential in `Authorization`.
    ///
    /// # Errors
    ///
    /// As those of [`merge_into_json`](Self::merge_into_json).
    pub fn merge_into(&self, document: &mut utoipa::openapi::OpenApi) -> Result<Merged, OpenApiError> {
        // To be read only: what a document says is lost on no way through JSON.
        let seen = serde_json::to_value(&*document).map_err(|error| unfit(&error))?;
        let Plan { components, edits, merged } = self.plan(&seen)?;
        let mut written = document.clone();
        let into = written.components.get_or_insert_default();
        for ((section, name), value) in components {
            add_component(into, section, name, value)?;
        }
        for edit in edits {
            let item = written.paths.paths.entry(edit.path.clone()).or_default();
            edit.write_typed(item)?;
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
        "headers" => drop(into.headers.entry(name).or_insert(read::<RefOr<Header>>(value)?)),
        "responses" => drop(into.responses.entry(name).or_insert(read::<RefOr<Response>>(value)?)),
        "schemas" => drop(into.schemas.entry(name).or_insert(read::<RefOr<Schema>>(value)?)),
        _ => {
            let named = read::<RefOr<SecurityScheme>>(value);
            let field = || read(json!({ "type": "apiKey", "in": "header", "name": "Authorization" }));
            into.security_schemes.entry(name).or_insert(named.or_else(|_| field())?);
        }
    }
    Ok(())
}

impl Edit {
    fn write_typed(self, item: &mut PathItem) -> Result<(), OpenApiError> {
        let place = match self.method {
            "get" => &mut item.get,
            "put" => &mut item.put,
            "post" => &mut item.post,
            "delete" => &mut item.delete,
            "options" => &mut item.options,
            "head" => &mut item.head,
            "patch" => &mut item.patch,
            _ => &mut item.trace,
        };
        if let Some(new) = self.new {
            *place = Some(read::<Operation>(new)?);
            return Ok(());
        }
        let Some(operation) = place else { return Ok(()) };
        for (status, reference) in self.responses {
            let reference = read::<RefOr<Response>>(reference)?;
            operation.responses.responses.entry(status).or_insert(reference);
        }
        if let Some(security) = self.security {
            operation.security = Some(read(security)?);
        }
        let access = Extensions::from_iter([(ACCESS, self.access)]);
        operation.extensions.get_or_insert_default().merge(access);
        Ok(())
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, OpenApiError> {
    serde_json::from_value(value).map_err(|error| unfit(&error))
}

fn unfit(error: &serde_json::Error) -> OpenApiError {
    OpenApiError::new(format!(
        "utoipa has no place for something in the document ({error}): complete it as JSON, with `merge_into_json`"
    ))
}
