//! What was found out, written into a document that is JSON.

use serde_json::{Map, Value};

use super::plan::{ACCESS, Edit, Plan};
use crate::openapi::OpenApiError;

impl Plan {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// Something that has to be an object is none; the document is as it was.
    pub(super) fn write(self, document: &mut Value) -> Result<super::Merged, OpenApiError> {
        let mut written = document.clone();
        for ((section, name), value) in self.components {
            let section = member(member(&mut written, "components")?, section)?;
            object(section)?.entry(name).or_insert(value);
        }
        for edit in self.edits {
            let item = member(member(&mut written, "paths")?, &edit.path)?;
            edit.write(item)?;
        }
        *document = written;
        Ok(self.merged)
    }
}

impl Edit {
    fn write(self, item: &mut Value) -> Result<(), OpenApiError> {
        if let Some(operation) = self.new {
            object(item)?.insert(self.method.to_owned(), operation);
            return Ok(());
        }
        let operation = member(item, self.method)?;
        let responses = object(member(operation, "responses")?)?;
        for (status, reference) in self.responses {
            responses.entry(status).or_insert(reference);
        }
        let operation = object(operation)?;
        if let Some(security) = self.security {
            operation.insert("security".to_owned(), security);
        }
        operation.insert(ACCESS.to_owned(), self.access.into());
        Ok(())
    }
}

fn object(value: &mut Value) -> Result<&mut Map<String, Value>, OpenApiError> {
    value.as_object_mut().ok_or_else(|| {
        OpenApiError::new(
            "the document is no OpenAPI document: something in it is no object that has to be one",
        )
    })
}

/// A member that is an object, made where it is not there.
fn member<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Value, OpenApiError> {
    Ok(object(value)?.entry(name).or_insert_with(|| Value::Object(Map::new())))
}
