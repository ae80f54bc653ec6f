//! The hierarchy of one lock, inverted: the rights that imply a right.

use std::collections::{BTreeMap, BTreeSet};

use crate::Rule;
use crate::lock::{Access, Lock};

type Right<'a> = (&'a str, &'a str);

/// One of the two locks.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) lock: &'a Lock,
    /// The rights of the same kind that imply a right, by its kind and name.
    implied_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// The roles that grant a permission directly, or the scopes that allow it directly.
    permitted_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// `true` if scopes limit permissions.
    pub(super) limits: bool,
    /// The principal type, if all lines with a type have the same.
    principal: Option<&'a str>,
}

impl<'a> Side<'a> {
    pub(super) fn of(lock: &'a Lock) -> Self {
        let mut side = Self {
            lock,
            implied_by: BTreeMap::new(),
            permitted_by: BTreeMap::new(),
            limits: lock.limits_permissions(),
            principal: None,
        };
        for right in lock.rights() {
            for implied in right.implies() {
                side.implied_by.entry((right.kind(), implied)).or_default().push(right.name());
            }
            for permission in right.grants().iter().chain(right.allows()) {
                side.permitted_by.entry((right.kind(), permission)).or_default().push(right.name());
            }
        }
        let principals: BTreeSet<_> =
            lock.routes().iter().flat_map(|route| route.access().principals()).collect();
        let mut principals = principals.into_iter();
        side.principal = principals.next().filter(|_| principals.next().is_none());
        side
    }

    /// Returns the right itself, and the rights of its kind that imply it, the nearest first.
    pub(super) fn by(&self, kind: &'a str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut all: Vec<&str> = Vec::new();
        let mut known = BTreeSet::new();
        let mut next: Vec<&str> = names.into_iter().collect();
        while !next.is_empty() {
            let mut after = Vec::new();
            for name in next.drain(..).filter(|name| known.insert(*name)) {
                all.push(name);
                after.extend(self.implied_by.get(&(kind, name)).into_iter().flatten());
            }
            next = after;
        }
        all
    }

    /// Returns the roles that grant a permission, or the scopes that allow it.
    pub(super) fn permitting(&self, kind: &'a str, permission: &'a str) -> Vec<&'a str> {
        let sufficient = self.by("permission", [permission]);
        let given = sufficient.iter().filter_map(|name| self.permitted_by.get(&(kind, *name))).flatten();
        self.by(kind, given.copied())
    }

    /// Returns the principal type, if all lines with a type have the same.
    pub(super) const fn only_type(&self) -> Option<&'a str> {
        self.principal
    }

    /// Returns the principal type that a route requires, if the lock states it.
    pub(super) fn principal(&self, access: &'a Access) -> Option<&'a str> {
        access.principal().or(self.principal)
    }
}

/// Returns the requirements that routes of a lock waive.
pub(super) fn waived(lock: &Lock) -> BTreeSet<&Rule> {
    let rules = lock.routes().iter().flat_map(|route| route.access().rules());
    let waived = rules.flat_map(Rule::leaves).filter_map(|leaf| match leaf {
        Rule::Waived { requirement, .. } => Some(requirement.get()),
        _ => None,
    });
    waived.collect()
}
