//! The implications of one lock in reverse: the rights that are sufficient for a right.

use std::collections::{BTreeMap, BTreeSet};

use crate::Rule;
use crate::lock::{Access, Lock, RouteLine};

type Right<'a> = (&'a str, &'a str);

/// One of the two locks.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) lock: &'a Lock,
    /// The rights of the kind that imply a right, by kind and name.
    implied_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// The roles that directly grant a permission, or the scopes that directly allow it.
    permitted_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// Is `true` if scopes limit permissions.
    pub(super) limits: bool,
    /// The type of all callers, if all lines with a type have the same type.
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
            lock.routes().iter().map(RouteLine::access).filter_map(principal).collect();
        let mut principals = principals.into_iter();
        side.principal = principals.next().filter(|_| principals.next().is_none());
        side
    }

    /// Returns the rights of a kind that are sufficient for one of them: the right, and those that
    /// imply it, the nearest first.
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

    /// Returns the type of all callers, if all lines with a type have the same type.
    pub(super) const fn only_type(&self) -> Option<&'a str> {
        self.principal
    }

    /// Returns the required type of the caller, if the lock states it.
    pub(super) fn principal(&self, access: &'a Access) -> Option<&'a str> {
        principal(access).or(self.principal)
    }
}

fn principal(access: &Access) -> Option<&str> {
    match access {
        Access::Authenticated { principal } => Some(principal),
        Access::Authorized { principal, .. } => principal.as_deref(),
        _ => None,
    }
}

/// Returns the requirements that routes of a lock waive.
pub(super) fn waived(lock: &Lock) -> impl Iterator<Item = &Rule> {
    let rules = lock.routes().iter().filter_map(|route| route.access().rule());
    rules.flat_map(|rule| {
        let mut waived = Vec::new();
        rule.for_each_leaf(&mut |leaf| {
            if let Rule::Waived { requirement, .. } = leaf {
                waived.push(requirement.get());
            }
        });
        waived
    })
}

/// Returns `true` if the rule waives the requirement. A waiver applies to the whole rule.
pub(super) fn waives(rule: &Rule, asked: &Rule) -> bool {
    match rule {
        Rule::Waived { requirement, .. } => requirement.get() == asked,
        Rule::All(parts) => parts.iter().any(|part| waives(part, asked)),
        _ => false,
    }
}
