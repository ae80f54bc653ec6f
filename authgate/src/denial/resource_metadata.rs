//! The parameters of a challenge that describe the protected resource: the address of its metadata
//! and the scopes of the operation (RFC 9728 section 5.1, RFC 6750 section 3).

use std::collections::HashSet;

use http::HeaderValue;
use http::request::Parts;

use super::line::Line;
use super::{Client, Denial, Prepared};
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

/// The resource of a request: the place of its path in those of the gate, counted from 1. 0 if the
/// request is not for a resource.
pub(super) type ResourceIndex = u16;

/// Returns the paths of all schemes of a gate, the longest first.
pub(super) fn all_paths<'a>(schemes: impl Iterator<Item = &'a ProtectedPaths>) -> Box<[Box<str>]> {
    let of_scheme = |scheme: &'a ProtectedPaths| scheme.longest_first.iter().map(|(path, _)| path.clone());
    let mut paths: Vec<_> = schemes.flat_map(of_scheme).collect();
    paths.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    paths.dedup();
    // A gate with more resources names none of the others.
    paths.truncate(ResourceIndex::MAX.into());
    paths.into()
}

impl Prepared {
    /// Returns the resource that a request is for.
    #[inline]
    fn resource_of(&self, request: &Parts) -> ResourceIndex {
        if self.resources.is_empty() { 0 } else { self.resource_at(target(request).path()) }
    }

    #[inline(never)]
    fn resource_at(&self, path: &str) -> ResourceIndex {
        let index = self.resources.iter().position(|resource| is_below(path, resource));
        index.and_then(|index| ResourceIndex::try_from(index + 1).ok()).unwrap_or(0)
    }
}

impl Client {
    /// Notes the resource of an authenticated caller's request, for denials by the handler.
    #[inline]
    pub(crate) fn at_resource(mut self, prepared: &Prepared, request: Option<&Parts>) -> Self {
        self.resource = request.map_or(0, |request| prepared.resource_of(request));
        self
    }
}

impl Denial {
    /// Notes the rule of the route for the challenges of a scheme with resources.
    #[inline]
    pub(crate) fn note_right(&mut self, right: Option<&'static Rule>) {
        if right.is_some() && !self.prepared.resources.is_empty() {
            self.extra.get_or_insert_default().rule_of_route = right;
        }
    }

    /// Notes the resource of the request for the challenges.
    #[inline]
    pub(super) fn note_resource(&mut self, request: &Parts) {
        self.client.resource = self.prepared.resource_of(request);
        if let Some(other) = self.extra.as_mut().and_then(|extra| extra.beside.as_mut()) {
            other.note_resource(request);
        }
    }

    pub(super) const fn names_a_resource(&self) -> bool {
        self.client.resource != 0
    }

    /// Adds the scopes of the operation and the address of the metadata to a challenge of `line`.
    pub(super) fn with_resource(&self, line: &Line, challenge: HeaderValue) -> HeaderValue {
        let Some(metadata) = self.metadata_of(line) else { return challenge };
        let mut text = challenge.to_str().unwrap_or_default().to_owned();
        let states_scopes = self.reason == Reason::Forbidden(ForbiddenReason::Scope);
        let mut scopes = Vec::new();
        let rule_of_route = self.extra.as_ref().and_then(|extra| extra.rule_of_route);
        if let Some(right) = rule_of_route.or(self.right).filter(|_| !states_scopes) {
            first_scopes(right, &mut scopes);
        }
        if !scopes.is_empty() {
            text.push_str(&format!(", scope=\"{}\"", scopes.join(" ")));
        }
        text.push_str(&format!(", resource_metadata=\"{metadata}\""));
        // Scopes and addresses are checked to be printable ASCII without quotes.
        HeaderValue::try_from(text).unwrap_or(challenge)
    }

    fn metadata_of<'a>(&self, line: &'a Line) -> Option<&'a str> {
        let index = usize::from(self.client.resource).checked_sub(1)?;
        // A resource of the scheme that contains this path also contains the request's, and a
        // longer one that contained the request's would be in the list before.
        line.resources.as_ref()?.metadata_for(self.prepared.resources.get(index)?)
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

    /// A denial keeps the place of a path instead of the path.
    #[test]
    fn path_at_the_index_leads_to_the_metadata_of_the_request() {
        let of = |path: &str| Ok((Box::from(path), Box::from(format!("metadata of {path}"))));
        let schemes = [
            ProtectedPaths::new([of("/a"), of("/a/b/c")]),
            ProtectedPaths::new([of("/a/b"), of("/d"), of("/a")]),
            ProtectedPaths::new([of("/")]),
            ProtectedPaths::new([of("/a/b/")]),
        ];
        for used in [&schemes[..2], &schemes[1..], &schemes[..]] {
            let paths = all_paths(used.iter());
            for request in ["/a", "/a/b", "/a/b/", "/a/b/c/d", "/a/bc", "/d/e", "/x", "/"] {
                let found = paths.iter().find(|path| is_below(request, path));
                for scheme in used {
                    let metadata = found.and_then(|path| scheme.metadata_for(path));
                    assert_eq!(metadata, scheme.metadata_for(request), "{request}");
                }
            }
        }
    }
}
