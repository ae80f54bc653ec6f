//! From text to a document, and from there to the lock that it contains.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::said::Said;
use super::{Document, DocumentError, DocumentRoute};
use crate::lock::{Access, Cycle, Lock, METHODS, RightLine, RouteLine, TENANT};

/// What every version has.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// It is no JSON, of another version, or says something that no table can. The error says where, and what to do.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let no_json = |error: &serde_json::Error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            // It ends with the place.
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            DocumentError::new(
                place,
                format!("this is no access document, {text}: write it anew with `Document::to_json`"),
            )
        };
        // First the version alone, so that an error does not speak of fields that another version has.
        let Versioned { version } = serde_json::from_str(text).map_err(|error| no_json(&error))?;
        if version != Self::VERSION {
            return Err(DocumentError::new(
                "version",
                format!(
                    "this document is of version {version}, and version {} is what this authgate reads: read it with the \
                     authgate that wrote it, or write it anew",
                    Self::VERSION
                ),
            ));
        }
        let document: Self = serde_json::from_str(text).map_err(|error| no_json(&error))?;
        document.lock()?;
        Ok(document)
    }

    /// The lock that the document contains: its rights, and who may call each route.
    ///
    /// # Errors
    ///
    /// An `access` is not in the lock's grammar, names a right that is not declared, or differs from the route's other
    /// fields; or a right or a route is there twice.
    pub fn lock(&self) -> Result<Lock, DocumentError> {
        let mut known = BTreeSet::new();
        let mut rights = Vec::with_capacity(self.rights.len());
        for (at, right) in self.rights.iter().enumerate() {
            let place = || format!("rights[{at}]");
            if !KINDS.contains(&right.kind.as_str()) {
                let text = format!(
                    "no right is a `{}`: write `role`, `scope`, `permission`, `factor` or `tenant`",
                    right.kind
                );
                return Err(DocumentError::new(format!("{}.kind", place()), text));
            }
            if !known.insert((right.kind.as_str(), right.name.as_str())) {
                let text =
                    format!("{} `{}` is there already: keep the one that is meant", right.kind, right.name);
                return Err(DocumentError::new(place(), text));
            }
            let has_lists =
                ![&right.implies, &right.grants, &right.allows].iter().all(|list| list.is_empty());
            if right.kind == TENANT && has_lists {
                let text = "a tenant implies, grants and allows nothing: leave the lists out".to_owned();
                return Err(DocumentError::new(place(), text));
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
                let text =
                    format!("no method is `{}`: write one in capitals, or `*`, `405`, `404`", route.method);
                return Err(DocumentError::new(format!("routes[{at}].method"), text));
            }
            if !route.path.starts_with('/') || route.path.chars().any(char::is_control) {
                let text =
                    format!("{:?} is no path: it begins with `/` and has no control characters", route.path);
                return Err(DocumentError::new(format!("routes[{at}].path"), text));
            }
            let access = access(route, at, &rights)?;
            let line = RouteLine::new(&route.method, &route.path, access);
            if !keys.insert(line.key()) {
                let text =
                    format!("`{} {}` is there already: keep the one that is meant", route.method, route.path);
                return Err(DocumentError::new(format!("routes[{at}]"), text));
            }
            routes.push(line);
        }
        Ok(Lock::of(rights.rights().to_vec(), routes))
    }

    /// That what rights imply, grant and allow is declared.
    fn check_names(&self, known: &BTreeSet<(&str, &str)>) -> Result<(), DocumentError> {
        for (at, right) in self.rights.iter().enumerate() {
            for (field, kind, names) in [
                ("implies", right.kind.as_str(), &right.implies),
                ("grants", "permission", &right.grants),
                ("allows", "permission", &right.allows),
            ] {
                if let Some(name) = names.iter().find(|name| !known.contains(&(kind, name.as_str()))) {
                    let text = format!(
                        "no {kind} is called `{name}` here: name one of `rights`, or declare it there"
                    );
                    return Err(DocumentError::new(format!("rights[{at}].{field}"), text));
                }
            }
        }
        Ok(())
    }
}

const KINDS: [&str; 5] = ["role", "scope", "permission", "factor", TENANT];

fn access(route: &DocumentRoute, at: usize, rights: &Lock) -> Result<Access, DocumentError> {
    let access = Access::read(&route.access, rights).map_err(|error| {
        DocumentError::new(
            format!("routes[{at}].access"),
            format!("column {}: {}", error.column(), error.text()),
        )
    })?;
    let differs = |field: &str| {
        let text = format!(
            "it differs from what `{}` says, which `access` is: write the document anew",
            route.access
        );
        Err(DocumentError::new(format!("routes[{at}].{field}"), text))
    };
    if let Some(field) = Said::by(&access).differs_from(route) {
        return differs(field);
    }
    let is_same = match &access {
        Access::Public { .. } | Access::Ungated { .. } => route.principal.is_none(),
        Access::Authenticated { principal } => route.principal.as_ref() == Some(principal),
        // Where there is one type, the rule does not name it.
        Access::Authorized { principal, .. } => principal.is_none() || route.principal == *principal,
    };
    if is_same { Ok(access) } else { differs("principal") }
}
