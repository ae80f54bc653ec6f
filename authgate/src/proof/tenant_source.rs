//! The tenant that a request is about.

use std::borrow::Cow;

use axum::extract::RawPathParams;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

use crate::credentials::target;
use crate::right::{FindTenant, TenantFrom};

/// Where tenants are looked for: a request, and its path's parameters.
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
    /// The tenant's name; `None` where there is none, or where it cannot be told which.
    fn find(&self, from: TenantFrom) -> Option<Cow<'_, str>> {
        let name = match from {
            TenantFrom::PathParameter(name) => {
                let mut named = self.parameters?.iter().filter(|(parameter, _)| *parameter == name);
                let (_, value) = named.next()?;
                // A path that has it twice, as nested ones can, does not say which.
                Cow::Borrowed(named.next().is_none().then_some(value)?)
            }
            TenantFrom::Subdomain(domain) => Cow::Owned(label_before(&host(self.parts)?, domain)?),
            TenantFrom::HeaderField(name) => {
                let mut lines = self.parts.headers.get_all(name).iter();
                let line = lines.next().filter(|_| lines.next().is_none())?;
                Cow::Borrowed(line.to_str().ok()?)
            }
        };
        (!name.is_empty()).then_some(name)
    }
}

/// The host of a request, in lower case and without its port; `None` where the target and the field disagree.
fn host(parts: &Parts) -> Option<String> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let field = lines.next();
    if lines.next().is_some() {
        return None;
    }
    let field = field.map(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let target = target(parts).authority();
    let authority = match (target, &field) {
        (_, Some(None)) | (None, None) => return None,
        (Some(target), None) => target,
        (None, Some(Some(field))) => field,
        (Some(target), Some(Some(field))) if target.host().eq_ignore_ascii_case(field.host()) => target,
        (Some(_), Some(Some(_))) => return None,
    };
    // A name of a user before it is nothing that a client has to send there (RFC 9110 section 4.2.4).
    if authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host();
    Some(host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase())
}

/// `acme` of `acme.example.com` before `example.com`.
fn label_before(host: &str, domain: &str) -> Option<String> {
    let label = host.strip_suffix(&domain.to_ascii_lowercase())?.strip_suffix('.')?;
    (!label.is_empty() && !label.contains('.')).then(|| label.to_owned())
}
