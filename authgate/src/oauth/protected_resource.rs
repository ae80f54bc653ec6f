//! Protected resources and their metadata (RFC 9728).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use serde_json::{Map, Value, json};

use crate::access::{Declaration, Kind, Table};
use crate::denial::resource_metadata::{OFFLINE_ACCESS, is_below};
use crate::error::ConfigError;
use crate::jws::{PlainHttp, parse_address};

/// A protected resource: the part of the service for which clients request tokens, by its URL
/// (RFC 9728).
///
/// The URL is an audience of the tokens. The routes below its path are the operations of the
/// resource. A denial of such a route names the resource's metadata in `resource_metadata` and the
/// scopes that the route requires in `scope`, so that a client can get a token by itself.
/// `AccessTokens::metadata` serves the metadata.
///
/// # Examples
///
/// ```
/// use authgate::oauth::{AccessTokens, ProtectedResource};
/// use authgate::scheme::Issuer;
///
/// let tokens = AccessTokens::from(Issuer::discover("https://id.example"))
///     .resource(ProtectedResource::at("https://api.example/mcp").named("Reports"));
/// ```
#[derive(Clone, Debug)]
pub struct ProtectedResource {
    url: String,
    name: Option<String>,
    documentation: Option<String>,
    /// The scopes that the routes below the path require, from the access table.
    scopes: Arc<Mutex<BTreeSet<String>>>,
}

impl ProtectedResource {
    /// Creates the resource with the URL that its clients use. It is never taken from a request.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), name: None, documentation: None, scopes: Arc::default() }
    }

    /// Sets the name that clients show to people.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the URL of a page for developers of clients.
    #[must_use]
    pub fn documented_at(mut self, url: impl Into<String>) -> Self {
        self.documentation = Some(url.into());
        self
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn uri(&self) -> Result<Uri, ConfigError> {
        let wrong = |error: &str| ConfigError::new(format!("the protected resource {:?} {error}", self.url));
        let uri = parse_address(&self.url, PlainHttp::Loopback).map_err(|error| wrong(&error))?;
        if uri.query().is_some() {
            return Err(wrong("has a query: write the URL of the resource alone"));
        }
        let is_literal = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'{' | b'}');
        // A router rejects segments that start as parameters of older versions did.
        let is_parameter = |segment: &str| segment.starts_with([':', '*']);
        if !self.url.bytes().all(is_literal) || uri.path().split('/').any(is_parameter) {
            return Err(wrong("has a character that must be encoded, or a path parameter"));
        }
        Ok(uri)
    }

    /// Returns the path of the resource, and the path and the URL of its metadata (RFC 9728 section
    /// 3.1).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if clients cannot use the URL.
    pub(super) fn places(&self) -> Result<(String, String, String), ConfigError> {
        let uri = self.uri()?;
        let path = uri.path();
        let well_known =
            format!("/.well-known/oauth-protected-resource{}", if path == "/" { "" } else { path });
        let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority());
        let authority = authority.map_or("", |authority| authority.as_str());
        let metadata = format!("{scheme}://{authority}{well_known}");
        Ok((path.to_owned(), well_known, metadata))
    }

    /// Takes the scopes of the routes below the path.
    pub(crate) fn note_scopes(&self, table: &Table) {
        let Ok((above, ..)) = self.places() else { return };
        let below =
            table.iter().filter(|route| route.kind() == Kind::Route && is_below(route.path(), &above));
        let mut scopes = BTreeSet::new();
        for route in below {
            for declaration in route.declaration().alternatives() {
                if let Declaration::Authorized { right, .. } = declaration {
                    scopes.extend(right.held("scope").map(|held| held.name().to_owned()));
                }
            }
        }
        scopes.remove(OFFLINE_ACCESS);
        *self.scopes.lock().unwrap_or_else(PoisonError::into_inner) = scopes;
    }

    /// Returns the metadata (RFC 9728 section 2).
    pub(crate) fn document(&self, issuers: &[String], dpop: &[&str]) -> String {
        let mut members = Map::new();
        let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
        set("resource", json!(self.url));
        // A member without a value is left out (RFC 9728 section 3.2).
        if !issuers.is_empty() {
            set("authorization_servers", json!(issuers));
        }
        set("bearer_methods_supported", json!(["header"]));
        let scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if !scopes.is_empty() {
            set("scopes_supported", json!(*scopes));
        }
        if let Some(name) = &self.name {
            set("resource_name", json!(name));
        }
        if let Some(url) = &self.documentation {
            set("resource_documentation", json!(url));
        }
        if !dpop.is_empty() {
            set("dpop_signing_alg_values_supported", json!(dpop));
        }
        Value::Object(members).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_at_the_inserted_path() {
        for (url, path, metadata) in [
            ("https://api.example", "/", "https://api.example/.well-known/oauth-protected-resource"),
            ("https://api.example/", "/", "https://api.example/.well-known/oauth-protected-resource"),
            (
                "https://api.example:8443/mcp",
                "/mcp",
                "https://api.example:8443/.well-known/oauth-protected-resource/mcp",
            ),
            (
                "http://127.0.0.1:3000/a/b/",
                "/a/b/",
                "http://127.0.0.1:3000/.well-known/oauth-protected-resource/a/b/",
            ),
        ] {
            let (found, _, address) = ProtectedResource::at(url).places().unwrap();
            assert_eq!((found.as_str(), address.as_str()), (path, metadata));
        }
    }

    #[test]
    fn url_that_clients_cannot_use_is_an_error() {
        for url in [
            "",
            "api",
            "/mcp",
            "http://api.example",
            "https://api.example?a=b",
            "https://api.example#a",
            "https://a@b.example",
            "https://api.example/{id}",
            "https://api.example/\"",
            "https://api.example/ä",
        ] {
            assert!(ProtectedResource::at(url).places().is_err(), "{url}");
        }
    }
}
