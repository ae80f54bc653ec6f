//! The lints of rules and rights.

use std::collections::BTreeSet;

use super::{Linted, Odd, On};
use crate::lock::{RightLine, TENANT};
use crate::{Rule, TypeText};

/// Calls a function for every leaf of every rule.
fn for_each_leaf<'a>(table: &Linted<'a>, mut leaf: impl FnMut(usize, &'a Rule)) {
    for (at, route) in table.lock.routes().iter().enumerate() {
        if let Some(rule) = route.access().rule() {
            rule.for_each_leaf(&mut |of_rule| {
                leaf(at, of_rule);
                // The gate enforces the waived requirement on other routes.
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
            let message =
                format!("no caller can satisfy `{}`: remove the contradiction, or the route", route.access());
            odd.push(Odd { id: "unreachable", on: On::Route(at), message });
        }
    }
}

pub(super) fn exact_tenant(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    /// Returns the first tenant without a canonical form in which the rule excludes a right.
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
                "the rule excludes a right in `{tenant}`, whose names are compared by bytes: set `Tenant::CANONICAL`, or \
                 accept the finding if the application looks up tenants by exact name only"
            );
            odd.push(Odd { id: "exact-tenant", on: On::Route(at), message });
        }
    }
}

pub(super) fn unlisted_scope(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let Some(listed) = &table.options.scopes else { return };
    let mut unlisted: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    for_each_leaf(table, |at, leaf| {
        let Rule::Held { right, .. } = leaf else { return };
        let name = right.name();
        if right.kind() != "scope" || listed.contains(name) {
            return;
        }
        match unlisted.last_mut().filter(|(last, _)| *last == at) {
            Some((_, names)) => {
                names.insert(name);
            }
            None => unlisted.push((at, BTreeSet::from([name]))),
        }
    });
    for (at, names) in unlisted {
        let names = names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "the rule requires {names}, which clients do not know: add it to `scopes_supported` of the protected resource \
             metadata"
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
    // Policies and custom requirements can check roles themselves.
    if is_left_open {
        return;
    }
    let rights = || table.lock.rights().iter().filter(|right| right.kind() == "role");
    let opens = |role: &str| {
        !table.lock.held("role", [role]).is_disjoint(&roles)
            || !table.lock.granted([role]).is_disjoint(&permissions)
    };
    // Roles below a used role are used, too.
    let steps = table.lock.held("role", rights().map(RightLine::name).filter(|role| opens(role)));
    for (at, right) in table.lock.rights().iter().enumerate() {
        if right.kind() == "role" && !steps.contains(right.name()) {
            let message = "no rule requires the role, or a role or permission that it implies: remove the role, or require it"
                .to_owned();
            odd.push(Odd { id: "unused-role", on: On::Right(at), message });
        }
    }
}
