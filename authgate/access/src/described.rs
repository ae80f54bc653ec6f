//! Where clients send the credential of a scheme, for generated API documents.

/// Where clients send the credential of a scheme.
///
/// # Examples
///
/// ```
/// use authgate::scheme::Described;
///
/// let field = Described::Field("x-api-key".into());
/// let jwt = Described::Authorization { format: Some("JWT") };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Described {
    /// In `Authorization`, after the auth-scheme.
    Authorization {
        /// The format of the credential, if it has a common name: `JWT`.
        format: Option<&'static str>,
    },
    /// In `Authorization`, as a bearer token of an OpenID provider.
    OpenIdConnect {
        /// The URL of the provider's metadata (OpenID Connect Discovery section 4).
        url: String,
    },
    /// In a custom header field.
    Field(String),
    /// In the cookie with this name.
    Cookie(String),
}
