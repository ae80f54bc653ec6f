//! Converts the table into a lock.

use std::collections::{BTreeMap, BTreeSet};

use super::line::{Access, Paths, Place, RightLine, RouteLine};
use super::names::Names;
use super::{Lock, TENANT, public_path};
use crate::keywords::{POLICY, SETS};
use crate::{
    Builtin, Declaration, Held, InTenant, Own, Part, PrincipalType, Rule, SetOfRights, Table, TypeName,
    TypeText,
};

impl Table {
    /// Returns the table as a lock: the rights with their implications, and every route. The order
    /// does not depend on the order of registration.
    #[must_use]
    pub fn lock(&self) -> Lock {
        Writer::of(self).lock(self)
    }
}

/// The facts about the whole table that its lines depend on.
#[derive(Debug)]
pub struct Writer {
    names: Names,
    /// The sets of each enum, by kind in the order of the lock and by the full name of the enum.
    /// They can grant different permissions.
    sets: BTreeMap<(usize, &'static str), Vec<SetOfRights>>,
    /// The values of built-in requirements that the lock declares.
    values: BTreeSet<(Builtin, &'static str)>,
    /// The tenants with a canonical form, by full name.
    canonical_tenants: BTreeMap<&'static str, TypeName>,
    /// The lines of policies and custom requirements, by their keys.
    types: BTreeMap<(String, String), RightLine>,
    /// `true` if there are several types of principals.
    several: bool,
}

impl Writer {
    /// Reads the table.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        let mut writer = Self {
            names: Names::default(),
            sets: BTreeMap::new(),
            values: BTreeSet::new(),
            canonical_tenants: BTreeMap::new(),
            types: BTreeMap::new(),
            several: false,
        };
        let mut principals = BTreeSet::new();
        for route in table {
            let (right, principal) = match route.declaration() {
                Declaration::Authenticated { principal } => (None, principal),
                Declaration::Authorized { right, principal, .. } => (Some(right), principal),
                Declaration::Public { .. } | Declaration::Ungated { .. } => continue,
            };
            principals.insert(principal.full_name());
            writer.names.add_type(principal.type_name());
            principal.sets().iter().for_each(|set| writer.add_set(*set));
            if let Some(right) = right {
                writer.names.add(right);
                writer.add_rights(right);
            }
        }
        for route in table {
            // Requires all names.
            if let Declaration::Authorized { right, .. } = route.declaration() {
                writer.add_types(right);
            }
        }
        writer.several = principals.len() > 1;
        writer
    }

    /// Returns the name of a member of a set in the lock.
    #[must_use]
    pub fn member(&self, kind: &'static str, set: TypeName, name: &'static str) -> String {
        self.names.of_member(kind, set, name)
    }

    fn add_set(&mut self, set: SetOfRights) {
        let Some(kind) = SETS.iter().position(|kind| *kind == set.kind()) else { return };
        set.names().iter().for_each(|name| self.names.add_member(set.kind(), set.set_type(), name));
        self.sets.entry((kind, set.set_type().full())).or_default().push(set);
    }

    fn add_rights(&mut self, right: &'static Rule) {
        match right {
            Rule::Held { right, tenant } => {
                right.members().into_iter().for_each(|set| self.add_set(set));
                if let Some(tenant) = tenant
                    && let TypeText::Of(name) = tenant.name()
                    && tenant.canonical().is_some()
                {
                    self.canonical_tenants.insert(name.full(), *name);
                }
            }
            Rule::Builtin(builtin, value) if builtin.is_declared() => {
                self.values.insert((*builtin, value.text()));
            }
            Rule::Waived { requirement, .. } => self.add_rights(requirement.get()),
            _ => right.parts().iter().for_each(|part| self.add_rights(part.get())),
        }
    }

    fn add_types(&mut self, rule: &Rule) {
        let line = match rule {
            Rule::Own(own) if !own.type_path().is_empty() => {
                let paths = Paths { path: own.type_path().to_owned(), on: None };
                let own = Own::read(own.kind(), self.names.of_own(own));
                RightLine::of_type(own.kind(), own.name(), paths)
            }
            Rule::Policy { policy: name @ TypeText::Of(policy), on: TypeText::Of(on) } => {
                let paths = Paths { path: public_path(policy.full()), on: Some(public_path(on.full())) };
                RightLine::of_type(POLICY, &self.names.of(name), paths)
            }
            Rule::Waived { requirement, .. } => return self.add_types(requirement),
            _ => return rule.parts().iter().for_each(|part| self.add_types(part)),
        };
        self.types.insert(line.key(), line);
    }

    fn lock(&self, table: &Table) -> Lock {
        let mut routes: Vec<_> = table
            .iter()
            .map(|route| RouteLine {
                method: route.method().to_owned(),
                path: route.shown_path(),
                access: self.access(&route.declaration()),
                comments: Vec::new(),
                place: Place::default(),
            })
            .collect();
        routes.sort_by(|one, other| one.order().cmp(&other.order()));
        Lock { rights: self.rights(), routes }
    }

    pub(crate) fn rights(&self) -> Vec<RightLine> {
        let mut rights = Vec::new();
        for sets in self.sets.values() {
            let Some(first) = sets.first() else { continue };
            for (at, name) in first.names().iter().enumerate() {
                rights.push(self.right(sets, first, at, name));
            }
        }
        for (builtin, value) in &self.values {
            rights.push(RightLine::plain(builtin.row().keyword, value));
        }
        let tenants = self.canonical_tenants.values().map(|tenant| self.names.of_type(*tenant));
        rights.extend(tenants.map(|tenant| RightLine::plain(TENANT, &tenant)));
        rights.extend(self.types.values().cloned());
        rights
    }

    fn right(&self, sets: &[SetOfRights], set: &SetOfRights, at: usize, name: &'static str) -> RightLine {
        let member = |name| self.names.of_member(set.kind(), set.set_type(), name);
        let position = |name: &str| set.names().iter().position(|other| *other == name);
        let closure: Vec<&str> = set.implied(at).collect();
        let implies = |one: &str, other: &str| {
            position(one).is_some_and(|at| set.implied(at).any(|implied| implied == other))
        };
        // Leaves out a right that another of them implies, unless both imply each other.
        let follows = |name: &&str| {
            closure.iter().any(|other| other != name && implies(other, name) && !implies(name, other))
        };
        let said = closure.iter().filter(|name| !follows(name)).map(|name| member(name)).collect();
        let mut permitted = Vec::new();
        for set in sets {
            let Some(of_type) = set.permissions() else { continue };
            let weaker = closure.iter().filter(|other| !implies(other, name));
            let known: BTreeSet<_> =
                weaker.filter_map(|other| position(other)).flat_map(|at| set.permitted(at)).collect();
            let own = set.given(at).filter(|name| !known.contains(name));
            for name in own.map(|name| self.names.of_member("permission", of_type, name)) {
                if !permitted.contains(&name) {
                    permitted.push(name);
                }
            }
        }
        let (grants, allows) =
            if set.kind() == "scope" { (Vec::new(), permitted) } else { (permitted, Vec::new()) };
        RightLine { implies: said, grants, allows, ..RightLine::plain(set.kind(), &member(name)) }
    }

    pub(crate) fn access(&self, declaration: &Declaration) -> Access {
        match declaration {
            Declaration::Public { reason } => Access::Public { reason: (*reason).to_owned() },
            Declaration::Ungated { reason } => Access::Ungated { reason: (*reason).to_owned() },
            Declaration::Authenticated { principal } => {
                Access::Authenticated { principal: self.principal(principal) }
            }
            Declaration::Authorized { right, principal, conceal } => Access::Authorized {
                rule: self.rule(right).normal(),
                principal: self.several.then(|| self.principal(principal)),
                conceal: *conceal,
            },
        }
    }

    pub(crate) fn principal(&self, principal: &PrincipalType) -> String {
        self.names.of_type(principal.type_name())
    }

    /// Returns the rule with the names of the lock.
    fn rule(&self, rule: &Rule) -> Rule {
        let parts = |parts: &[Part]| parts.iter().map(|part| self.rule(part)).collect::<Vec<_>>();
        match rule {
            Rule::Held { right, tenant } => Rule::Held {
                right: Held::read(right.kind(), self.names.of_held(right)),
                tenant: tenant.as_ref().map(|tenant| InTenant::read(self.names.of(tenant.name()).into())),
            },
            Rule::Own(own) => Rule::Own(Own::read(own.kind(), self.names.of_own(own))),
            Rule::Policy { policy, on } => {
                Rule::Policy { policy: self.names.of(policy).into(), on: self.names.of(on).into() }
            }
            Rule::Waived { requirement, reason } => {
                Rule::Waived { requirement: self.rule(requirement).into(), reason: reason.clone() }
            }
            Rule::All(all) => Rule::all(parts(all)),
            Rule::Any(any) => Rule::any(parts(any)),
            Rule::Not(part) => Rule::Not(self.rule(part).into()),
            leaf => leaf.clone(),
        }
    }
}

/// Returns the position of a method among those of a path: known methods, other methods, and then
/// `*`, `405` and `404`.
pub(crate) fn order(method: &str) -> usize {
    const ORDER: [&str; 9] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
    let rest = ["*", "405", "404"].iter().position(|rest| *rest == method);
    ORDER
        .iter()
        .position(|known| *known == method)
        .or_else(|| rest.map(|at| ORDER.len() + 1 + at))
        .unwrap_or(ORDER.len())
}
