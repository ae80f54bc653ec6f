//! The lints that compare the routes of a path, and those of well-known paths.

use std::collections::BTreeMap;

use super::weaker::Relation;
use super::{Linted, Odd, On};
use crate::document::DocumentRoute;
use crate::lock::RouteLine;

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

pub(super) fn siblings(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for methods in by_path(table).values() {
        if let Some((at, delete)) = methods.get("DELETE") {
            let weaker =
                ["PUT", "PATCH"].iter().filter_map(|method| methods.get(method)).find(|(_, change)| {
                    table.weaker.relation(change.access(), delete.access()) == Relation::Wider
                });
            if let Some((_, change)) = weaker {
                let message = format!(
                    "the rule `{}` is weaker than `{}` of {}: make it at least as strict",
                    shown(delete),
                    shown(change),
                    change.method()
                );
                odd.push(Odd { id: "siblings", on: On::Route(*at), message });
            }
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
            let Some((at, write)) = methods.get(method) else { continue };
            // Another lint may have reported the route.
            let is_reported = odd.iter().any(|odd| odd.on == On::Route(*at));
            if !is_reported && table.weaker.relation(get.access(), write.access()) == Relation::Wider {
                let message = format!(
                    "the rule `{}` is weaker than `{}` of GET: make it at least as strict",
                    shown(write),
                    shown(get)
                );
                odd.push(Odd { id: "weaker-write", on: On::Route(*at), message });
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
