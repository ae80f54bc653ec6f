//! Where clients put the credential of a scheme, for documents that they read.

use http::header::{AUTHORIZATION, HeaderName};

/// Where clients put the credential of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Described {
    /// In `Authorization`, after the auth-scheme's name.
    Authorization {
        /// What it is, where there is a word for that: `JWT`.
        format: Option<&'static str>,
    },
    /// In a header field of its own.
    Field(HeaderName),
    /// In the cookie of this name.
    Cookie(String),
}

impl Described {
    /// In the first of the fields that decide the answer.
    pub(super) fn of_fields(fields: &[HeaderName]) -> Self {
        match fields.first() {
            Some(field) if field != AUTHORIZATION => Self::Field(field.clone()),
            _ => Self::Authorization { format: None },
        }
    }
}
