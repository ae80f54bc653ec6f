//! The lints of rules and rights.

use std::collections::BTreeSet;

use super::{Linted, Odd, On};
use crate::lock::{RightLine, RouteLine, TENANT};
use crate::{Rule, TypeText};

/// Returns the rights that the rule of a route requires. The gate enforces a waived requirement on
/// other routes.
fn leaves(route: &RouteLine) -> Vec<&Rule> {
    route.access().rule().map(Rule::leaves_and_waived).unwrap_or_default()
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
    for (at, route) in table.lock.routes().iter().enumerate() {
        let scopes = leaves(route).into_iter().filter_map(|leaf| match leaf {
            Rule::Held { right, .. } if right.kind() == "scope" => Some(right.name()),
            _ => None,
        });
        let names: BTreeSet<_> = scopes.filter(|name| !listed.contains(*name)).collect();
        if names.is_empty() {
            continue;
        }
        let names = names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "the rule requires {names}, which clients do not know: add it to `scopes_supported` of the protected resource \
             metadata"
        );
        odd.push(Odd { id: "unlisted-scope", on: On::Route(at), message });
    }
}

pub(super) fn unused_role(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let (mut roles, mut permissions) = (BTreeSet::new(), BTreeSet::new());
    for leaf in table.lock.routes().iter().flat_map(leaves) {
        match leaf {
            Rule::Held { right, .. } if right.kind() == "role" => _ = roles.insert(right.name()),
            Rule::Held { right, .. } if right.kind() == "permission" => _ = permissions.insert(right.name()),
            // Policies and custom requirements can check roles themselves.
            Rule::Policy { .. } | Rule::Own(_) => return,
            _ => {}
        }
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
