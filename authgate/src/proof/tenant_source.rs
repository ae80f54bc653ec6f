//! The tenant that a request is about.

use std::borrow::Cow;

use axum::extract::RawPathParams;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

use crate::credentials::authority;
use crate::right::{FindTenant, TenantFrom};

/// The parts of a request in which tenants are looked up: its head and its path parameters.
pub(super) struct TenantSource<'a> {
    parts: &'a Parts,
    parameters: Option<&'a RawPathParams>,
}

impl<'a> TenantSource<'a> {
    pub(super) const fn new(parts: &'a Parts, parameters: Option<&'a RawPathParams>) -> Self {
        Self { parts, parameters }
    }
}

impl FindTenant for TenantSource<'_> {
    /// Returns the tenant's name, or `None` if it is missing or ambiguous.
    fn find(&self, from: TenantFrom) -> Option<Cow<'_, str>> {
        let name = match from {
            TenantFrom::PathParameter(name) => {
                let mut named = self.parameters?.iter().filter(|(parameter, _)| *parameter == name);
                let (_, value) = named.next()?;
                // Nested paths can have the parameter twice, which makes the tenant ambiguous.
                Cow::Borrowed(named.next().is_none().then_some(value)?)
            }
            TenantFrom::Subdomain(domain) => Cow::Owned(label_before(&host(self.parts)?, domain)?),
            TenantFrom::HeaderField(name) => {
                let mut lines = self.parts.headers.get_all(name).iter();
                let line = lines.next().filter(|_| lines.next().is_none())?;
                Cow::Borrowed(line.to_str().ok()?)
            }
            _ => return None,
        };
        (!name.is_empty()).then_some(name)
    }
}

/// Returns the host of a request, in lower case and without its port. Returns `None` if the target
/// and the `Host` field disagree.
fn host(parts: &Parts) -> Option<String> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let field = lines.next();
    if lines.next().is_some() {
        return None;
    }
    let field = field.map(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let target = authority(parts);
    let authority = match (target, &field) {
        (_, Some(None)) | (None, None) => return None,
        (Some(target), None) => target,
        (None, Some(Some(field))) => field,
        (Some(target), Some(Some(field))) if target.host().eq_ignore_ascii_case(field.host()) => target,
        (Some(_), Some(Some(_))) => return None,
    };
    // Clients must not send userinfo in an authority (RFC 9110 section 4.2.4).
    if authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host();
    Some(host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase())
}

/// Returns the single label before a domain: `acme.example.com`, `example.com` -> `acme`.
fn label_before(host: &str, domain: &str) -> Option<String> {
    let label = host.strip_suffix(&domain.to_ascii_lowercase())?.strip_suffix('.')?;
    (!label.is_empty() && !label.contains('.')).then(|| label.to_owned())
}
