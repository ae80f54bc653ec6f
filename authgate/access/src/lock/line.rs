use std::fmt;

use super::access::Access;
use super::right::DocumentRight;
use super::{CANONICAL, METHODS, TENANT};
use crate::rule::words::{Name, Path, TypeWord};

/// The line of a right, with the rights that it implies, grants or allows.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nrole viewer\nrole editor > viewer\n")?;
/// let editor = lock.right("role", "editor").expect("the lock declares it");
/// assert_eq!(editor.implies(), ["viewer"]);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightLine {
    pub(super) right: DocumentRight,
    pub(super) around: Around,
}

impl RightLine {
    pub(crate) fn of(right: DocumentRight) -> Self {
        Self { right, around: Around::default() }
    }

    /// Creates a right that implies nothing.
    pub(super) fn plain(kind: &str, name: &str) -> Self {
        Self::of(DocumentRight { kind: kind.to_owned(), name: name.to_owned(), ..DocumentRight::default() })
    }

    pub(crate) const fn right(&self) -> &DocumentRight {
        &self.right
    }

    /// Returns what must be unique in a lock. A policy has a line for each type of resource.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        let DocumentRight { kind, name, on, .. } = &self.right;
        let name = on.as_ref().map_or_else(|| name.clone(), |on| format!("{name} on {on}"));
        (kind.clone(), name)
    }

    /// Returns the type of a policy or of a custom requirement, with its modules:
    /// `app::notes::Owns on app::notes::Note`.
    #[must_use]
    pub fn type_path(&self) -> Option<String> {
        let path = TypeWord(self.right.path.as_ref()?);
        Some(match &self.right.on {
            Some(on) => format!("{path} on {}", TypeWord(on)),
            None => path.to_string(),
        })
    }

    /// Returns `role`, `scope`, `permission` or `factor`, or `tenant` for a tenant with a canonical
    /// form.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.right.kind
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.right.name
    }

    /// Returns the rights of the same kind that it implies directly.
    #[must_use]
    pub fn implies(&self) -> &[String] {
        &self.right.implies
    }

    /// Returns the permissions that a role grants, without those of implied roles.
    #[must_use]
    pub fn grants(&self) -> &[String] {
        &self.right.grants
    }

    /// Returns the permissions that a scope allows, without those of implied scopes.
    #[must_use]
    pub fn allows(&self) -> &[String] {
        &self.right.allows
    }

    /// Returns the comments directly above the line, and the comment at its end.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        &self.around.comments
    }

    /// Returns the line with sorted lists, because their order has no meaning.
    #[doc(hidden)]
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut right = self.clone();
        let DocumentRight { implies, grants, allows, .. } = &mut right.right;
        for names in [implies, grants, allows] {
            names.sort_unstable();
            names.dedup();
        }
        right
    }

    /// Returns the line number, from one, if the line was parsed.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.around.line
    }
}

/// The number of a line, from one, and its comments. All are equal, because lines are compared by
/// their content.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) line: Option<usize>,
    pub(super) comments: Vec<String>,
}

impl PartialEq for Around {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Around {}

impl fmt::Display for RightLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DocumentRight { kind, name, implies, grants, allows, .. } = &self.right;
        if kind == TENANT {
            return write!(f, "{TENANT} {} {CANONICAL}", TypeWord(name));
        }
        write!(f, "{kind} {}", Name(name))?;
        if let Some(path) = self.type_path() {
            return write!(f, " = {path}");
        }
        for (before, names) in [(" > ", implies), (" grants ", grants), (" allows ", allows)] {
            for (at, name) in names.iter().enumerate() {
                write!(f, "{}{}", if at == 0 { before } else { ", " }, Name(name))?;
            }
        }
        Ok(())
    }
}

/// The line of a route, with its access.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nGET /me authenticated User\n")?;
/// let route = &lock.routes()[0];
/// assert_eq!((route.method(), route.path(), route.line()), ("GET", "/me", Some(2)));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteLine {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) access: Access,
    pub(super) around: Around,
}

impl RouteLine {
    pub(crate) fn new(method: &str, path: &str, access: Access) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), access, around: Around::default() }
    }

    /// Returns the method, or `*`, `405` or `404` as [`Route::method`](crate::Route::method).
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the path, with `/{*}` at its end if the line includes all paths below.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the access.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the comments directly above the line, and the comment at its end.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        &self.around.comments
    }

    /// Returns the line number, from one, if the line was parsed.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.around.line
    }

    /// Returns the method, and the path without the names of its parameters. Lines for the same
    /// requests have equal keys.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        Self::key_of(&self.method, &self.path)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn key_of(method: &str, path: &str) -> (String, String) {
        (method.to_owned(), without_names(path))
    }

    /// Returns the sort key: by path, then by method, with `*`, `405` and `404` last.
    #[doc(hidden)]
    #[must_use]
    pub fn order(&self) -> (&str, usize) {
        (&self.path, order(&self.method))
    }
}

/// Returns the position of a method among those of a path.
pub(crate) fn order(method: &str) -> usize {
    METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len())
}

/// `/reports/{id}` -> `/reports/{}`, `/files/{*path}` -> `/files/{*}`
fn without_names(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c != '{' {
            continue;
        }
        // A double brace is literal.
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
        // The width is fixed, so that a new long path changes one line only.
        write!(f, "{:<7} {:<24} {}", self.method, Path(&self.path).to_string(), self.access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_the_names_of_parameters() {
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
