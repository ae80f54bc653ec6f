//! What follows from what in one lock, the other way round: by which of the rights that are given one is had.

use std::collections::{BTreeMap, BTreeSet};

use crate::Rule;
use crate::lock::{Access, Lock, RouteLine};

type Right<'a> = (&'a str, &'a str);

/// One of the two locks.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) lock: &'a Lock,
    /// By kind and name: the rights of the kind that imply it.
    implied_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// By permission: the roles that grant it, or the scopes that allow it, themselves.
    permitted_by: BTreeMap<Right<'a>, Vec<&'a str>>,
    /// Whether permissions are limited by scopes at all.
    pub(super) limits: bool,
    /// The type of all callers, where all lines that name one name the same.
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

    /// By which rights of its kind one is had, itself the first: those that imply it, the nearest before others.
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

    /// By which roles that are given a permission is granted, or by which scopes it is allowed.
    pub(super) fn permitting(&self, kind: &'a str, permission: &'a str) -> Vec<&'a str> {
        let sufficient = self.by("permission", [permission]);
        let given = sufficient.iter().filter_map(|name| self.permitted_by.get(&(kind, *name))).flatten();
        self.by(kind, given.copied())
    }

    /// The type of all callers, where all lines that name one name the same.
    pub(super) const fn only_type(&self) -> Option<&'a str> {
        self.principal
    }

    /// Of which type a caller has to be, where the lock says it.
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

/// What some route of a lock waives.
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

/// Whether a rule waives that: a waiver is for the whole rule.
pub(super) fn waives(rule: &Rule, asked: &Rule) -> bool {
    match rule {
        Rule::Waived { requirement, .. } => requirement.get() == asked,
        Rule::All(parts) => parts.iter().any(|part| waives(part, asked)),
        _ => false,
    }
}
