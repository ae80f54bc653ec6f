//! Converts the table into a lock.

use std::collections::{BTreeMap, BTreeSet};

use super::access::Access;
use super::line::{RightLine, RouteLine};
use super::names::Names;
use super::right::DocumentRight;
use super::{Lock, TENANT, public_path};
use crate::keywords::{POLICY, SETS};
use crate::{
    Builtin, Declaration, Held, InTenant, Own, Part, PrincipalType, Route, Rule, SetOfRights, Table,
    TypeName, TypeText,
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
#[derive(Debug, Default)]
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
        let mut writer = Self::default();
        let (mut principals, mut leaves) = (BTreeSet::new(), Vec::new());
        for route in table {
            for declaration in route.declaration().alternatives() {
                let Some(principal) = declaration.principal() else { continue };
                principals.insert(principal.full_name());
                writer.names.add_type(principal.type_name());
                principal.sets().iter().for_each(|set| writer.add_set(*set));
                if let Declaration::Authorized { right, .. } = declaration {
                    leaves.extend(right.leaves_and_waived());
                }
            }
        }
        leaves.iter().for_each(|leaf| writer.add_names(leaf));
        // Requires all names.
        leaves.iter().for_each(|leaf| writer.add_type(leaf));
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

    fn add_names(&mut self, leaf: &'static Rule) {
        match leaf {
            Rule::Held { right, tenant } => {
                right.members().into_iter().for_each(|set| self.add_set(set));
                let Some(tenant) = tenant else { return };
                self.names.add_text(tenant.name());
                if let (TypeText::Of(name), true) = (tenant.name(), tenant.canonical().is_some()) {
                    self.canonical_tenants.insert(name.full(), *name);
                }
            }
            Rule::Builtin(builtin, value) if builtin.is_declared() => {
                self.values.insert((*builtin, value.text()));
            }
            Rule::Own(own) => self.names.add_own(own),
            Rule::Policy { policy, on } => {
                self.names.add_text(policy);
                self.names.add_text(on);
            }
            _ => {}
        }
    }

    /// Adds the line of a policy or of a custom requirement.
    fn add_type(&mut self, leaf: &Rule) {
        let (kind, name, path, on) = match leaf {
            Rule::Own(own) if !own.type_path().is_empty() => {
                let read = Own::read(own.kind(), self.names.of_own(own));
                (read.kind().to_owned(), read.name().to_owned(), own.type_path().to_owned(), None)
            }
            Rule::Policy { policy: name @ TypeText::Of(policy), on: TypeText::Of(on) } => {
                let on = Some(public_path(on.full()));
                (POLICY.to_owned(), self.names.of(name), public_path(policy.full()), on)
            }
            _ => return,
        };
        let line =
            RightLine::of(DocumentRight { kind, name, path: Some(path), on, ..DocumentRight::default() });
        self.types.insert(line.key(), line);
    }

    fn lock(&self, table: &Table) -> Lock {
        let mut routes: Vec<_> = table.iter().map(|route| self.line(route)).collect();
        routes.sort_by(|one, other| one.order().cmp(&other.order()));
        Lock { rights: self.rights(), routes }
    }

    pub(crate) fn line(&self, route: &Route) -> RouteLine {
        RouteLine::new(route.method(), &route.shown_path(), self.access(&route.declaration()))
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
        let is_implied = |one: &str, other: &str| {
            position(one).is_some_and(|at| set.implied(at).any(|implied| implied == other))
        };
        // Leaves out a right that another of them implies, unless both imply each other.
        let follows = |name: &&str| {
            closure.iter().any(|other| other != name && is_implied(other, name) && !is_implied(name, other))
        };
        let implies = closure.iter().filter(|name| !follows(name)).map(|name| member(name)).collect();
        let mut permitted = Vec::new();
        for set in sets {
            let Some(of_type) = set.permissions() else { continue };
            let weaker = closure.iter().filter(|other| !is_implied(other, name));
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
        let (kind, name) = (set.kind().to_owned(), member(name));
        RightLine::of(DocumentRight { kind, name, implies, grants, allows, ..DocumentRight::default() })
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
            Declaration::Either { alternatives } => Access::Either {
                alternatives: alternatives.iter().map(|alternative| self.access(alternative)).collect(),
            },
        }
    }

    /// Returns the name of a principal type in the lock.
    #[must_use]
    pub fn principal(&self, principal: &PrincipalType) -> String {
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
