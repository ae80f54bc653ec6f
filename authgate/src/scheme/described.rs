//! Where clients send the credential of a scheme, for generated API documents.

use http::header::{AUTHORIZATION, HeaderName};

/// Where clients send the credential of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Described {
    /// In `Authorization`, after the auth-scheme.
    Authorization {
        /// The format of the credential, if it has a common name: `JWT`.
        format: Option<&'static str>,
    },
    /// In a custom header field.
    Field(HeaderName),
    /// In the cookie with this name.
    Cookie(String),
}

impl Described {
    /// Uses the first of the fields that affect the outcome.
    pub(super) fn of_fields(fields: &[HeaderName]) -> Self {
        match fields.first() {
            Some(field) if field != AUTHORIZATION => Self::Field(field.clone()),
            _ => Self::Authorization { format: None },
        }
    }
}
