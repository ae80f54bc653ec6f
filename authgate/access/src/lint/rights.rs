//! What is asked for, and what there is to ask for.

use std::collections::BTreeSet;

use super::{Linted, Odd, On};
use crate::lock::{RightLine, TENANT};
use crate::{Rule, TypeText};

/// Calls for every leaf of every rule.
fn for_each_leaf<'a>(table: &Linted<'a>, mut leaf: impl FnMut(usize, &'a Rule)) {
    for (at, route) in table.lock.routes().iter().enumerate() {
        if let Some(rule) = route.access().rule() {
            rule.for_each_leaf(&mut |of_rule| {
                leaf(at, of_rule);
                // A gate asks of the others what is waived here.
                if let Rule::Waived { requirement, .. } = of_rule {
                    requirement.get().for_each_leaf(&mut |of_gate| leaf(at, of_gate));
                }
            });
        }
    }
}

pub(super) fn unreachable(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for (at, route) in table.lock.routes().iter().enumerate() {
        if table.weaker.is_possible(route.access()) == Some(false) {
            let message = format!(
                "nobody can ever meet `{}`: take out what excludes itself, or the route",
                route.access()
            );
            odd.push(Odd { id: "unreachable", on: On::Route(at), message });
        }
    }
}

pub(super) fn exact_tenant(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    /// The first tenant in which a right is excluded and whose names are compared by bytes.
    fn excluded<'a>(rule: &'a Rule, negated: bool, is_exact: &impl Fn(&str) -> bool) -> Option<&'a TypeText> {
        match rule {
            Rule::Held { tenant: Some(tenant), .. } if negated && is_exact(&tenant.name().text()) => {
                Some(tenant.name())
            }
            Rule::Not(part) => excluded(part.get(), !negated, is_exact),
            _ => rule.parts().iter().find_map(|part| excluded(part.get(), negated, is_exact)),
        }
    }
    let is_exact = |tenant: &str| table.lock.right(TENANT, tenant).is_none();
    for (at, route) in table.lock.routes().iter().enumerate() {
        if let Some(tenant) = route.access().rule().and_then(|rule| excluded(rule, false, &is_exact)) {
            let message = format!(
                "it excludes a right in `{tenant}`, whose names are compared by bytes: set `Tenant::CANONICAL`, or accept it if \
                 the application finds a tenant by its exact name only"
            );
            odd.push(Odd { id: "exact-tenant", on: On::Route(at), message });
        }
    }
}

pub(super) fn unlisted_scope(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let Some(listed) = &table.options.scopes else { return };
    let mut told: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    for_each_leaf(table, |at, leaf| {
        let Rule::Held { right, .. } = leaf else { return };
        let name = right.name();
        if right.kind() != "scope" || listed.contains(name) {
            return;
        }
        match told.last_mut().filter(|(last, _)| *last == at) {
            Some((_, names)) => {
                names.insert(name);
            }
            None => told.push((at, BTreeSet::from([name]))),
        }
    });
    for (at, names) in told {
        let names = names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "it names {names}, of which clients are not told: list it in `scopes_supported` of the protected resource metadata"
        );
        odd.push(Odd { id: "unlisted-scope", on: On::Route(at), message });
    }
}

pub(super) fn unused_role(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let (mut roles, mut permissions, mut is_left_open) = (BTreeSet::new(), BTreeSet::new(), false);
    for_each_leaf(table, |_, leaf| match leaf {
        Rule::Held { right, .. } if right.kind() == "role" => _ = roles.insert(right.name()),
        Rule::Held { right, .. } if right.kind() == "permission" => _ = permissions.insert(right.name()),
        Rule::Policy { .. } | Rule::Own(_) => is_left_open = true,
        _ => {}
    });
    // It can look at roles itself.
    if is_left_open {
        return;
    }
    let rights = || table.lock.rights().iter().filter(|right| right.kind() == "role");
    let opens = |role: &str| {
        !table.lock.held("role", [role]).is_disjoint(&roles)
            || !table.lock.granted([role]).is_disjoint(&permissions)
    };
    // Whoever holds one that opens something holds those below it, too: they are steps to it.
    let steps = table.lock.held("role", rights().map(RightLine::name).filter(|role| opens(role)));
    for (at, right) in table.lock.rights().iter().enumerate() {
        if right.kind() == "role" && !steps.contains(right.name()) {
            let message = "no rule names it, nor a role or permission that comes with it, so it opens nothing: take it out, or ask \
                           for it where it was meant"
                .to_owned();
            odd.push(Odd { id: "unused-role", on: On::Right(at), message });
        }
    }
}
