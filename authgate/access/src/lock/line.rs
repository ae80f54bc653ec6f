use std::fmt;

use super::{CANONICAL, TENANT};
use crate::Rule;
use crate::rule::words::{Name, TypeWord};

/// The types of a policy or of a custom requirement, with their modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    pub(crate) path: String,
    /// The type of the resource, for a policy over one.
    pub(crate) on: Option<String>,
}

impl fmt::Display for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TypeWord(&self.path).fmt(f)?;
        self.on.iter().try_for_each(|on| write!(f, " on {}", TypeWord(on)))
    }
}

/// A right, and what follows from holding it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightLine {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) implies: Vec<String>,
    pub(super) grants: Vec<String>,
    pub(super) allows: Vec<String>,
    pub(super) paths: Option<Paths>,
    pub(super) comments: Vec<String>,
    pub(super) place: Place,
}

impl RightLine {
    /// One that implies nothing.
    pub(super) fn plain(kind: &str, name: &str) -> Self {
        let (implies, grants, allows) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            implies,
            grants,
            allows,
            paths: None,
            comments: Vec::new(),
            place: Place::default(),
        }
    }

    pub(crate) fn new(
        kind: &str,
        name: &str,
        implies: Vec<String>,
        grants: Vec<String>,
        allows: Vec<String>,
    ) -> Self {
        Self { implies, grants, allows, ..Self::plain(kind, name) }
    }

    /// Creates the line of a policy or of a custom requirement.
    pub(crate) fn of_type(kind: &str, name: &str, paths: Paths) -> Self {
        Self { paths: Some(paths), ..Self::plain(kind, name) }
    }

    /// Returns what must be unique in a lock. A policy has a line for each type of resource.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        let on = self.paths.as_ref().and_then(|paths| paths.on.as_ref());
        let name = on.map_or_else(|| self.name.clone(), |on| format!("{} on {on}", self.name));
        (self.kind.clone(), name)
    }

    pub(crate) const fn paths(&self) -> Option<&Paths> {
        self.paths.as_ref()
    }

    /// Returns the type of a policy or of a custom requirement, with its modules:
    /// `app::notes::Owns on app::notes::Note`.
    #[must_use]
    pub fn type_path(&self) -> Option<String> {
        self.paths.as_ref().map(Paths::to_string)
    }

    /// `role`, `scope`, `permission` or `factor`; `tenant` for a tenant whose names have a canonical form.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rights of the same kind that it implies, but for those that these imply.
    #[must_use]
    pub fn implies(&self) -> &[String] {
        &self.implies
    }

    /// The permissions that a role grants, but for those that the roles it implies grant.
    #[must_use]
    pub fn grants(&self) -> &[String] {
        &self.grants
    }

    /// The permissions that a scope allows, but for those that the scopes it implies allow.
    #[must_use]
    pub fn allows(&self) -> &[String] {
        &self.allows
    }

    /// What the comments say that belong to the line: those directly above it, and the one at its end.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        &self.comments
    }

    /// Returns the line with its lists sorted: they are sets.
    #[doc(hidden)]
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut right = self.clone();
        for names in [&mut right.implies, &mut right.grants, &mut right.allows] {
            names.sort_unstable();
            names.dedup();
        }
        right
    }

    /// The number of the line, from one, where it has been read.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place.line()
    }
}

/// Where it stands in a file. Alike everywhere: what is said does not depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place(pub(super) usize);

impl Place {
    fn line(self) -> Option<usize> {
        (self.0 > 0).then_some(self.0)
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl fmt::Display for RightLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == TENANT {
            return write!(f, "{TENANT} {} {CANONICAL}", TypeWord(&self.name));
        }
        if let Some(paths) = &self.paths {
            return write!(f, "{} {} = {paths}", self.kind, Name(&self.name));
        }
        write!(f, "{} {}", self.kind, Name(&self.name))?;
        for (before, names) in
            [(" > ", &self.implies), (" grants ", &self.grants), (" allows ", &self.allows)]
        {
            for (at, name) in names.iter().enumerate() {
                write!(f, "{}{}", if at == 0 { before } else { ", " }, Name(name))?;
            }
        }
        Ok(())
    }
}

/// A route, and who may call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteLine {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) access: Access,
    pub(super) comments: Vec<String>,
    pub(super) place: Place,
}

impl RouteLine {
    pub(crate) fn new(method: &str, path: &str, access: Access) -> Self {
        let (comments, place) = (Vec::new(), Place::default());
        Self { method: method.to_owned(), path: path.to_owned(), access, comments, place }
    }

    /// The method; or `*`, `405`, `404`, as [`Route::method`](crate::Route::method) has them.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, with `/{*}` at its end where the line is about all that is below.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may call.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// What the comments say that belong to the line: those directly above it, and the one at its end.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        &self.comments
    }

    /// The number of the line, from one, where it has been read.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place.line()
    }

    /// What stands before who may call: the same for the same requests, whatever a path's parameters are called.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        Self::key_of(&self.method, &self.path)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn key_of(method: &str, path: &str) -> (String, String) {
        (method.to_owned(), without_names(path))
    }
}

impl RouteLine {
    /// Where the line stands among others: by path, then by method as they are read, and what is left over last.
    #[doc(hidden)]
    #[must_use]
    pub fn order(&self) -> (&str, usize) {
        const ORDER: [&str; 12] = [
            "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "*", "405", "404",
        ];
        (&self.path, ORDER.iter().position(|known| *known == self.method).unwrap_or(ORDER.len()))
    }
}

/// `/reports/{id}` as `/reports/{}`, and `/files/{*path}` as `/files/{*}`.
fn without_names(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c != '{' {
            continue;
        }
        // Twice, it is a brace of the path itself.
        if let Some(again) = chars.next_if_eq(&'{') {
            out.push(again);
            continue;
        }
        out.extend(chars.next_if_eq(&'*'));
        out.extend(chars.by_ref().find(|c| *c == '}'));
    }
    out
}

impl fmt::Display for RouteLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of a width of its own, so that a new long path is one line of a diff.
        write!(f, "{:<7} {:<24} {}", self.method, Name::of_path(&self.path).to_string(), self.access)
    }
}

/// Who may call a route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Anybody.
    Public {
        /// Why.
        reason: String,
    },
    /// A part of the application that authgate does not see into.
    Ungated {
        /// Why.
        reason: String,
    },
    /// Anybody who proves who he is.
    Authenticated {
        /// As a principal of this type.
        principal: String,
    },
    /// Whoever meets the rule.
    Authorized {
        /// The rule.
        rule: Rule,
        /// As a principal of this type, where there are several.
        principal: Option<String>,
        /// Whether who may not is told that there is nothing.
        conceal: bool,
    },
}

impl Access {
    /// Whether nobody is asked who he is.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Public { .. } | Self::Ungated { .. })
    }

    /// The rule, where there is one.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Authorized { rule, .. } => Some(rule),
            _ => None,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public { reason } => write!(f, "public {reason:?}"),
            Self::Ungated { reason } => write!(f, "ungated {reason:?}"),
            Self::Authenticated { principal } => write!(f, "authenticated {}", TypeWord(principal)),
            Self::Authorized { rule, principal, conceal } => {
                write!(f, "{rule}")?;
                if let Some(principal) = principal {
                    write!(f, " as {}", TypeWord(principal))?;
                }
                f.write_str(if *conceal { " conceal" } else { "" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_one_by_any_name() {
        for (path, expected) in [
            ("/", "/"),
            ("/reports/{id}", "/reports/{}"),
            ("/a/{b}/c/{d}", "/a/{}/c/{}"),
            ("/files/{*path}", "/files/{*}"),
            ("/files/{*}", "/files/{*}"),
            ("/a{{b", "/a{{b"),
            ("/a{{b}}/{c}", "/a{{b}}/{}"),
        ] {
            assert_eq!(without_names(path), expected, "{path}");
        }
    }
}
