//! Parses documents and converts them to locks.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Document, DocumentError, DocumentRight, DocumentRoute};
use crate::keywords;
use crate::lock::{Access, Cycle, Lock, METHODS, RightLine, RouteLine, TENANT};

/// The members of every version.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Document {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// Returns [`DocumentError`] if the text is not valid JSON, has another version, or is not the
    /// document of a table.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let no_json = |error: &serde_json::Error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            // The text of serde_json ends with the place.
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            DocumentError::new(
                place,
                format!("invalid access document: {text}; generate it with `Document::to_json`"),
            )
        };
        // Checks the version first, so that errors do not mention fields of other versions.
        let Versioned { version } = serde_json::from_str(text).map_err(|error| no_json(&error))?;
        if version != Self::VERSION {
            return Err(DocumentError::new(
                "version",
                format!(
                    "unsupported version {version}: expected version {}; use the authgate that wrote the document, or \
                     generate it again",
                    Self::VERSION
                ),
            ));
        }
        let document: Self = serde_json::from_str(text).map_err(|error| no_json(&error))?;
        document.lock()?;
        Ok(document)
    }

    /// Returns the lock: the rights, and the access of each route.
    ///
    /// # Errors
    ///
    /// Returns [`DocumentError`] if an `access` is malformed, names an undeclared right, or differs
    /// from the other fields. Also if a right or route is there twice, or the hierarchy has a
    /// cycle.
    pub fn lock(&self) -> Result<Lock, DocumentError> {
        let mut known = BTreeSet::new();
        for (at, right) in self.rights.iter().enumerate() {
            let is_new = known.insert((right.kind.as_str(), right.name.as_str(), right.on.as_deref()));
            check_right(right, is_new)
                .map_err(|(field, text)| DocumentError::new(format!("rights[{at}]{field}"), text))?;
        }
        self.check_names(&known)?;
        let rights: Vec<_> = self.rights.iter().cloned().map(RightLine::of).collect();
        if let Some(cycle) = Cycle::find(&rights) {
            let at = rights.iter().position(|right| std::ptr::eq(right, cycle.right)).unwrap_or_default();
            return Err(DocumentError::new(format!("rights[{at}].implies"), cycle.text(str::to_owned)));
        }
        let mut lock = Lock::of(rights, Vec::with_capacity(self.routes.len()));
        let mut keys = BTreeSet::new();
        for (at, route) in self.routes.iter().enumerate() {
            let line = line(route, &lock, &mut keys)
                .map_err(|(field, text)| DocumentError::new(format!("routes[{at}]{field}"), text))?;
            lock.push(line);
        }
        Ok(lock)
    }

    /// Checks that the implied, granted and allowed rights are declared.
    fn check_names(&self, known: &BTreeSet<(&str, &str, Option<&str>)>) -> Result<(), DocumentError> {
        for (at, right) in self.rights.iter().enumerate() {
            for (field, kind, names) in [
                ("implies", right.kind.as_str(), &right.implies),
                ("grants", "permission", &right.grants),
                ("allows", "permission", &right.allows),
            ] {
                if let Some(name) = names.iter().find(|name| !known.contains(&(kind, name.as_str(), None))) {
                    let text = format!("unknown {kind} `{name}`: declare it in `rights`, or name another");
                    return Err(DocumentError::new(format!("rights[{at}].{field}"), text));
                }
            }
        }
        Ok(())
    }
}

/// The field of a right or route, such as `.kind`, and its problem.
type Wrong = (&'static str, String);

fn check_right(right: &DocumentRight, is_new: bool) -> Result<(), Wrong> {
    let DocumentRight { kind, name, implies, grants, allows, path, on } = right;
    let has_lists = ![implies, grants, allows].iter().all(|list| list.is_empty());
    if path.is_none() && !keywords::declared().any(|known| known == kind) {
        let kinds = "`role`, `scope`, `permission`, `factor` or `tenant`";
        return Err((".kind", format!("unknown kind `{kind}`: expected {kinds}")));
    }
    if !is_new {
        return Err(("", format!("duplicate {kind} `{name}`: remove one of them")));
    }
    if kind == TENANT && has_lists {
        return Err(("", "a tenant implies, grants and allows nothing: remove the lists".to_owned()));
    }
    let cannot_have_path = path.is_none() || has_lists || keywords::is_of_rule(kind) || kind == TENANT;
    if (path.is_some() || on.is_some()) && cannot_have_path {
        return Err(("", "only a policy or a custom requirement has a `path`, and no lists".to_owned()));
    }
    Ok(())
}

/// Returns the line of a route. Its key must be new.
fn line(
    route: &DocumentRoute,
    rights: &Lock,
    keys: &mut BTreeSet<(String, String)>,
) -> Result<RouteLine, Wrong> {
    let DocumentRoute { method, path, access, .. } = route;
    if !METHODS.contains(&method.as_str()) {
        let text = format!("unknown method `{method}`: expected one in capitals, or `*`, `405`, `404`");
        return Err((".method", text));
    }
    if !path.starts_with('/') || path.chars().any(char::is_control) {
        let text = format!("invalid path {path:?}: expected a `/` first, and no control characters");
        return Err((".path", text));
    }
    let read = Access::read(access, rights)
        .map_err(|error| (".access", format!("column {}: {}", error.column(), error.text())))?;
    let line = RouteLine::new(method, path, read);
    let expected = DocumentRoute::of(&line);
    // If the table has one type of principals, the rule does not name it.
    let has_principal = expected.principal == route.principal
        || expected.principal.is_none() && line.access().rule().is_some();
    let fields = [
        (".state", expected.state == route.state),
        (".reason", expected.reason == route.reason),
        (".schemes", expected.schemes == route.schemes),
        (".policies", expected.policies == route.policies),
        (".fresh", expected.fresh == route.fresh),
        (".conceal", expected.conceal == route.conceal),
        (".principal", has_principal),
    ];
    if let Some((field, _)) = fields.into_iter().find(|(_, is_same)| !is_same) {
        return Err((field, format!("differs from `access`, `{access}`: generate the document again")));
    }
    if !keys.insert(line.key()) {
        return Err(("", format!("duplicate route `{method} {path}`: remove one of them")));
    }
    Ok(line)
}
