//! Parses documents and converts them to locks.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::said::Said;
use super::{Document, DocumentError, DocumentRoute};
use crate::keywords;
use crate::lock::{Access, Cycle, Lock, METHODS, Paths, RightLine, RouteLine, TENANT};

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
        let mut rights = Vec::with_capacity(self.rights.len());
        for (at, right) in self.rights.iter().enumerate() {
            let place = || format!("rights[{at}]");
            if right.path.is_none() && !keywords::declared().any(|kind| kind == right.kind) {
                let text = format!(
                    "unknown kind `{}`: expected `role`, `scope`, `permission`, `factor` or `tenant`",
                    right.kind
                );
                return Err(DocumentError::new(format!("{}.kind", place()), text));
            }
            if !known.insert((right.kind.as_str(), right.name.as_str(), right.on.as_deref())) {
                let text = format!("duplicate {} `{}`: remove one of them", right.kind, right.name);
                return Err(DocumentError::new(place(), text));
            }
            let has_lists =
                ![&right.implies, &right.grants, &right.allows].iter().all(|list| list.is_empty());
            if right.kind == TENANT && has_lists {
                let text = "a tenant implies, grants and allows nothing: remove the lists".to_owned();
                return Err(DocumentError::new(place(), text));
            }
            if let Some(path) = &right.path {
                if has_lists || keywords::is_of_rule(&right.kind) || right.kind == TENANT {
                    let text = "only a policy or a custom requirement has a `path`, and no lists".to_owned();
                    return Err(DocumentError::new(place(), text));
                }
                let paths = Paths { path: path.clone(), on: right.on.clone() };
                rights.push(RightLine::of_type(&right.kind, &right.name, paths));
                continue;
            }
            let [implies, grants, allows] = [&right.implies, &right.grants, &right.allows].map(Clone::clone);
            rights.push(RightLine::new(&right.kind, &right.name, implies, grants, allows));
        }
        self.check_names(&known)?;
        if let Some(cycle) = Cycle::find(&rights) {
            let at = rights.iter().position(|right| std::ptr::eq(right, cycle.right)).unwrap_or_default();
            return Err(DocumentError::new(format!("rights[{at}].implies"), cycle.text(str::to_owned)));
        }
        let rights = Lock::of(rights, Vec::new());
        let mut keys = BTreeSet::new();
        let mut routes = Vec::with_capacity(self.routes.len());
        for (at, route) in self.routes.iter().enumerate() {
            if !METHODS.contains(&route.method.as_str()) {
                let text = format!(
                    "unknown method `{}`: expected one in capitals, or `*`, `405`, `404`",
                    route.method
                );
                return Err(DocumentError::new(format!("routes[{at}].method"), text));
            }
            if !route.path.starts_with('/') || route.path.chars().any(char::is_control) {
                let text =
                    format!("invalid path {:?}: expected a `/` first, and no control characters", route.path);
                return Err(DocumentError::new(format!("routes[{at}].path"), text));
            }
            let access = access(route, at, &rights)?;
            let line = RouteLine::new(&route.method, &route.path, access);
            if !keys.insert(line.key()) {
                let text = format!("duplicate route `{} {}`: remove one of them", route.method, route.path);
                return Err(DocumentError::new(format!("routes[{at}]"), text));
            }
            routes.push(line);
        }
        Ok(Lock::of(rights.rights().to_vec(), routes))
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

fn access(route: &DocumentRoute, at: usize, rights: &Lock) -> Result<Access, DocumentError> {
    let access = Access::read(&route.access, rights).map_err(|error| {
        DocumentError::new(
            format!("routes[{at}].access"),
            format!("column {}: {}", error.column(), error.text()),
        )
    })?;
    let differs = |field: &str| {
        let text = format!("differs from `access`, `{}`: generate the document again", route.access);
        Err(DocumentError::new(format!("routes[{at}].{field}"), text))
    };
    if let Some(field) = Said::by(&access).differs_from(route) {
        return differs(field);
    }
    let is_same = match &access {
        Access::Public { .. } | Access::Ungated { .. } => route.principal.is_none(),
        Access::Authenticated { principal } => route.principal.as_ref() == Some(principal),
        // If the table has one type, the rule does not name it.
        Access::Authorized { principal, .. } => principal.is_none() || route.principal == *principal,
    };
    if is_same { Ok(access) } else { differs("principal") }
}
