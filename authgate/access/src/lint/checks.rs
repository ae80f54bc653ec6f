//! The lints.

use std::collections::{BTreeMap, BTreeSet};

use super::{Linted, Odd, On};
use crate::document::DocumentRoute;
use crate::lock::{RightLine, RouteLine, TENANT};
use crate::meaning::Relation;
use crate::{Rule, TypeText};

/// Returns the routes of every path by method, with their indexes.
fn by_path<'a>(table: &Linted<'a>) -> BTreeMap<String, BTreeMap<&'a str, (usize, &'a RouteLine)>> {
    let mut paths: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for (at, route) in table.lock.routes().iter().enumerate() {
        paths.entry(route.key().1).or_default().insert(route.method(), (at, route));
    }
    paths
}

/// Returns the access, shortened if it is long.
fn shown(route: &RouteLine) -> String {
    const MOST: usize = 80;
    let text = route.access().to_string();
    if text.chars().count() > MOST { text.chars().take(MOST).chain("..".chars()).collect() } else { text }
}

/// Reports a route that allows more callers than another of its path. Returns `true` if it does.
fn report_if_weaker(
    table: &Linted<'_>,
    id: &'static str,
    (at, route): (usize, &RouteLine),
    than: &RouteLine,
    odd: &mut Vec<Odd>,
) -> bool {
    if table.weaker.relation(than.access(), route.access()) != Relation::Wider {
        return false;
    }
    let (weak, strict, method) = (shown(route), shown(than), than.method());
    let message =
        format!("the rule `{weak}` is weaker than `{strict}` of {method}: make it at least as strict");
    odd.push(Odd { id, on: On::Route(at), message });
    true
}

pub(super) fn siblings(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for methods in by_path(table).values() {
        if let Some(delete) = methods.get("DELETE") {
            let mut changes = ["PUT", "PATCH"].iter().filter_map(|method| methods.get(method));
            changes.any(|(_, change)| report_if_weaker(table, "siblings", *delete, change, odd));
        }
        if let (Some((_, put)), Some((at, patch))) = (methods.get("PUT"), methods.get("PATCH"))
            && table.weaker.relation(put.access(), patch.access()) != Relation::Same
        {
            let message = format!(
                "the rule `{}` differs from `{}` of PUT: use one rule, because both change the resource",
                shown(patch),
                shown(put)
            );
            odd.push(Odd { id: "siblings", on: On::Route(*at), message });
        }
    }
}

pub(super) fn weaker_write(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for methods in by_path(table).values() {
        let Some((_, get)) = methods.get("GET") else { continue };
        for method in ["POST", "PUT", "PATCH", "DELETE", "*"] {
            let Some(write) = methods.get(method) else { continue };
            // Another lint may have reported the route.
            if !odd.iter().any(|odd| odd.on == On::Route(write.0)) {
                report_if_weaker(table, "weaker-write", *write, get, odd);
            }
        }
    }
}

pub(super) fn gated_well_known(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for (at, route) in table.document.routes.iter().enumerate() {
        let DocumentRoute { method, path, state, .. } = route;
        let is_read = matches!(method.as_str(), "GET" | "HEAD" | "*");
        if !is_read || !matches!(state.as_str(), "authenticated" | "authorized") {
            continue;
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let who = match (path.as_str(), last) {
            ("/robots.txt", _) => "crawlers",
            ("/favicon.ico", _) => "browsers",
            (path, _) if path.starts_with("/.well-known/") => "discovery clients",
            (_, "health" | "healthz" | "livez" | "readyz" | "ping") => "load balancers",
            _ => continue,
        };
        let message =
            format!("the rule is `{}`, but {who} have no credentials: make the route public", route.access);
        odd.push(Odd { id: "gated-well-known", on: On::Route(at), message });
    }
}

pub(super) fn two_rules(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let mut first = BTreeMap::new();
    for (at, (route, line)) in table.document.routes.iter().zip(table.lock.routes()).enumerate() {
        let Some(name) = function(&route.handler) else { continue };
        let (other, known) = *first.entry(name.clone()).or_insert((route, line));
        if table.weaker.relation(known.access(), line.access()) == Relation::Same {
            continue;
        }
        let message = format!(
            "`{name}` has the rule `{}` here, and `{}` at {} {}: use one rule, or a function for each rule",
            line.access(),
            known.access(),
            other.method,
            other.path
        );
        odd.push(Odd { id: "two-rules", on: On::Route(at), message });
    }
}

/// Returns the name of a function without generic arguments, or `None` for closures and services.
fn function(handler: &str) -> Option<String> {
    if handler.contains("{{closure}}") {
        return None;
    }
    let (mut name, mut depth) = (String::new(), 0_usize);
    for c in handler.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            c if depth == 0 => name.push(c),
            _ => {}
        }
    }
    let name = name.trim_end_matches("::");
    // The names of types start with a capital.
    let last = name.rsplit("::").next()?;
    last.starts_with(|c: char| c.is_lowercase() || c == '_').then(|| name.to_owned())
}

pub(super) fn public_body(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for (at, route) in table.document.routes.iter().enumerate() {
        if route.state == "public" && route.takes_body {
            let message = "anonymous clients can send a body: require authentication, or limit the body and accept the \
                           finding in the lock (`# allow(public-body): why`)"
                .to_owned();
            odd.push(Odd { id: "public-body", on: On::Route(at), message });
        }
    }
}

/// Returns the rights that the rule of a route requires. The gate enforces a waived requirement on
/// other routes.
fn leaves(route: &RouteLine) -> Vec<&Rule> {
    route.access().rules().flat_map(Rule::leaves_and_waived).collect()
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
        if let Some(tenant) = route.access().rules().find_map(|rule| excluded(rule, false, &is_exact)) {
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

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn finds_the_name_without_generics() {
        for (handler, expected) in [
            ("app::reports::purge", Some("app::reports::purge")),
            ("app::list<app::Report>", Some("app::list")),
            ("app::list::<a::B<c::D>, E>", Some("app::list")),
            ("app::routes::{{closure}}", None),
            ("tower_http::services::ServeDir", None),
            ("axum::routing::Router<app::App>", None),
            ("", None),
            (">>><", None),
        ] {
            assert_eq!(function(handler).as_deref(), expected, "{handler}");
        }
    }
}
