//! By which schemes, and with which scopes, a right can be had.

use std::collections::BTreeSet;

use crate::access::Expression;
use crate::gate::DescribedGate;
use crate::scheme::Taken;

/// Scopes that are asked for together.
type Way = BTreeSet<&'static str>;

/// One of a gate's schemes, and the scopes that are asked of its credential.
pub(super) type Alternative = (usize, Vec<&'static str>);

/// How many ways are kept while they are found out.
const MOST_KEPT: usize = 64;
/// How many alternatives an operation lists.
const MOST_LISTED: usize = 8;

/// The alternatives by which callers of the gate can have all of the rights: which of its schemes, and with which scopes.
/// Where there are too many, each scheme has one with every scope that is named, which is never less than what is asked.
pub(super) fn alternatives(
    gate: &DescribedGate,
    rights: &[&'static Expression],
    taken: Taken,
) -> Vec<Alternative> {
    let schemes = gate.schemes.iter().enumerate().filter(|(_, scheme)| taken.takes(scheme.name));
    let by_scheme: Vec<_> = schemes
        .map(|(at, scheme)| (at, joined(rights.iter().map(|right| ways(right, scheme.name, true)).collect())))
        .filter(|(_, ways)| ways.as_ref().is_none_or(|ways| !ways.is_empty()))
        .collect();
    let count = by_scheme.iter().try_fold(0, |count, (_, ways)| Some(count + ways.as_ref()?.len()));
    if count.is_some_and(|count| count <= MOST_LISTED) {
        let listed = |(at, ways): (usize, Option<BTreeSet<Way>>)| {
            ways.into_iter().flatten().map(move |way| (at, way.into_iter().collect()))
        };
        return by_scheme.into_iter().flat_map(listed).collect();
    }
    let mut all = Way::new();
    rights.iter().for_each(|right| name_scopes(right, true, &mut all));
    by_scheme.into_iter().map(|(at, _)| (at, all.iter().copied().collect())).collect()
}

/// The ways in which a rule holds (or does not hold) for a credential of this scheme, as far as scopes go; `None` where there
/// are too many.
fn ways(rule: &'static Expression, scheme: &str, holds: bool) -> Option<BTreeSet<Way>> {
    let certain = |so: bool| Some(if so { BTreeSet::from([Way::new()]) } else { BTreeSet::new() });
    match rule {
        Expression::Scheme(name) => certain(name.eq_ignore_ascii_case(scheme) == holds),
        Expression::Waived { .. } => certain(holds),
        Expression::Held(held) if held.kind() == "scope" && holds => {
            Some(BTreeSet::from([Way::from([held.name()])]))
        }
        Expression::Not(part) => ways(part, scheme, !holds),
        Expression::All(parts) | Expression::Any(parts) => {
            let parts = parts.iter().map(|part| ways(part, scheme, holds)).collect();
            if matches!(rule, Expression::All(_)) == holds { joined(parts) } else { either(parts) }
        }
        // What else is asked is said elsewhere.
        _ => certain(true),
    }
}

fn joined(parts: Vec<Option<BTreeSet<Way>>>) -> Option<BTreeSet<Way>> {
    if parts.iter().flatten().any(BTreeSet::is_empty) {
        return Some(BTreeSet::new());
    }
    let mut all = BTreeSet::from([Way::new()]);
    for part in parts {
        let part = part?;
        let mut together = BTreeSet::new();
        for (one, other) in all.iter().flat_map(|one| part.iter().map(move |other| (one, other))) {
            together.insert(one.union(other).copied().collect());
            if together.len() > MOST_KEPT {
                return None;
            }
        }
        all = together;
    }
    Some(all)
}

fn either(parts: Vec<Option<BTreeSet<Way>>>) -> Option<BTreeSet<Way>> {
    let mut all = BTreeSet::new();
    for part in parts {
        all.extend(part?);
    }
    (all.len() <= MOST_KEPT).then_some(all)
}

/// Every scope that a rule asks for somewhere.
fn name_scopes(rule: &'static Expression, holds: bool, scopes: &mut Way) {
    match rule {
        Expression::Held(held) if held.kind() == "scope" && holds => {
            scopes.insert(held.name());
        }
        Expression::Not(part) => name_scopes(part, !holds, scopes),
        Expression::All(parts) | Expression::Any(parts) => {
            parts.iter().for_each(|part| name_scopes(part, holds, scopes));
        }
        _ => {}
    }
}
