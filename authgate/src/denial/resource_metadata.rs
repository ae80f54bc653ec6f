//! The parameters of a challenge that describe the protected resource: the address of its metadata
//! and the scopes of the operation (RFC 9728 section 5.1, RFC 6750 section 3).

use std::collections::HashSet;

use http::HeaderValue;
use http::request::Parts;

use super::Denial;
use super::line::Line;
use crate::credentials::target;
use crate::error::ConfigError;
use crate::right::{ForbiddenReason, Reason, Rule};

/// The scope that clients request to get refresh tokens. It is not a right of a resource.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// The protected resources of a scheme: the path of each, and the address of its metadata.
#[derive(Clone, Debug)]
pub(crate) struct ProtectedPaths {
    longest_first: Box<[(Box<str>, Box<str>)]>,
    /// A resource without a usable URL.
    error: Option<ConfigError>,
}

impl ProtectedPaths {
    pub(crate) fn new(
        resources: impl IntoIterator<Item = Result<(Box<str>, Box<str>), ConfigError>>,
    ) -> Self {
        let (mut longest_first, mut error) = (Vec::new(), None);
        for resource in resources {
            match resource {
                Ok(places) => longest_first.push(places),
                Err(wrong) => error = Some(wrong),
            }
        }
        let mut paths = HashSet::new();
        if let Some((path, _)) = longest_first.iter().find(|(path, _)| !paths.insert(path.clone())) {
            error.get_or_insert_with(|| {
                ConfigError::new(format!(
                    "two protected resources have the path {path:?}, so that one would get the metadata of the other: \
                     use different paths"
                ))
            });
        }
        // The longest path that matches is the most specific.
        longest_first.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { longest_first: longest_first.into(), error }
    }

    /// Returns the error of a resource that clients cannot use.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.error.clone().map_or(Ok(()), Err)
    }

    /// Returns the address of the metadata of the resource that a request is for. A client rejects
    /// the metadata of a resource that does not contain its URL (RFC 9728 section 3.3).
    fn metadata_for(&self, path: &str) -> Option<&str> {
        let (_, metadata) = self.longest_first.iter().find(|(resource, _)| is_below(path, resource))?;
        Some(metadata)
    }
}

/// Returns `true` if `path` is `above`, or begins with its segments.
pub(crate) fn is_below(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The requested resource, which the challenges of a denial describe.
#[derive(Default)]
pub(super) struct AskedResource {
    path: Box<str>,
    right: Option<&'static Rule>,
}

impl Denial {
    /// Notes the rule of the route for the challenges of a scheme with resources.
    #[inline]
    pub(crate) fn note_right(&mut self, right: Option<&'static Rule>) {
        if self.prepared.has_resources && right.is_some() {
            self.extra.get_or_insert_default().resource.get_or_insert_default().right = right;
        }
    }

    /// Notes the path of the request for the challenges of a scheme with resources.
    #[inline]
    pub(super) fn note_resource(&mut self, request: &Parts) {
        if self.prepared.has_resources || self.extra.as_ref().is_some_and(|extra| extra.beside.is_some()) {
            self.note_path(request);
        }
    }

    #[inline(never)]
    fn note_path(&mut self, request: &Parts) {
        if self.prepared.has_resources {
            let path = target(request).path().into();
            self.extra.get_or_insert_default().resource.get_or_insert_default().path = path;
        }
        if let Some(other) = self.extra.as_mut().and_then(|extra| extra.beside.as_mut()) {
            other.note_resource(request);
        }
    }

    /// Adds the scopes of the operation and the address of the metadata to a challenge of `line`.
    pub(super) fn with_resource(&self, line: &Line, challenge: HeaderValue) -> HeaderValue {
        let Some((metadata, asked)) = self.resource_of(line) else { return challenge };
        let mut text = challenge.to_str().unwrap_or_default().to_owned();
        let states_scopes = self.reason == Reason::Forbidden(ForbiddenReason::Scope);
        let mut scopes = Vec::new();
        if let Some(right) = asked.right.or(self.right).filter(|_| !states_scopes) {
            first_scopes(right, &mut scopes);
        }
        if !scopes.is_empty() {
            text.push_str(&format!(", scope=\"{}\"", scopes.join(" ")));
        }
        text.push_str(&format!(", resource_metadata=\"{metadata}\""));
        // Scopes and addresses are checked to be printable ASCII without quotes.
        HeaderValue::try_from(text).unwrap_or(challenge)
    }

    fn resource_of<'a>(&'a self, line: &'a Line) -> Option<(&'a str, &'a AskedResource)> {
        let asked = self.extra.as_ref()?.resource.as_ref()?;
        Some((line.resources.as_ref()?.metadata_for(&asked.path)?, asked))
    }
}

/// Collects the scopes that satisfy a rule, with the first of several alternatives.
fn first_scopes<'a>(rule: &'a Rule, scopes: &mut Vec<&'a str>) {
    match rule {
        Rule::Held { right, .. } if right.kind() == "scope" => {
            let name = right.name();
            if name != OFFLINE_ACCESS && !scopes.contains(&name) {
                scopes.push(name);
            }
        }
        Rule::All(parts) => parts.iter().for_each(|part| first_scopes(part, scopes)),
        Rule::Any(parts) => parts.first().into_iter().for_each(|part| first_scopes(part, scopes)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_that_of_the_longest_path() {
        let of = |path: &str| Ok((Box::from(path), Box::from(format!("metadata of {path}"))));
        let paths = ProtectedPaths::new([of("/mcp"), of("/mcp/admin"), of("/api/")]);
        for (path, expected) in [
            ("/mcp", Some("metadata of /mcp")),
            ("/mcp/", Some("metadata of /mcp")),
            ("/mcp/tools", Some("metadata of /mcp")),
            ("/mcp/admin", Some("metadata of /mcp/admin")),
            ("/mcp/admin/x", Some("metadata of /mcp/admin")),
            ("/mcp/administrator", Some("metadata of /mcp")),
            ("/api", Some("metadata of /api/")),
            ("/api/x", Some("metadata of /api/")),
            ("/mcpx", None),
            ("/MCP", None),
            ("/", None),
            ("*", None),
        ] {
            assert_eq!(paths.metadata_for(path), expected, "{path}");
        }
        let all = ProtectedPaths::new([of("/")]);
        assert!(all.metadata_for("/").is_some() && all.metadata_for("/a/b").is_some());
    }
}
