//! The schemes that can satisfy a rule, and the scopes that each requires.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{DescribedGate, DescribedScheme};
use crate::{AcceptedSchemes, Builtin, Described, Rule};

/// Scopes that are required together.
type Way = BTreeSet<&'static str>;

/// The index of a scheme in its gate, and the scopes that its credential needs.
pub(super) type Alternative = (usize, Vec<&'static str>);

/// The maximum number of alternatives of an operation.
const MOST: usize = 8;

/// Returns the alternatives that can satisfy all of the rules. If there are too many, each scheme
/// has one alternative with every scope that a rule names. The result never requires less than
/// authgate enforces.
pub(super) fn alternatives(
    gate: &DescribedGate,
    rules: &[&'static Rule],
    accepted: AcceptedSchemes,
) -> Vec<Alternative> {
    let schemes = gate.schemes.iter().enumerate().filter(|(_, scheme)| accepted.accepts(scheme.name));
    let by_scheme: Vec<_> = schemes
        .map(|(at, scheme)| (at, joined(rules.iter().map(|rule| ways(rule, scheme.name, true)).collect())))
        .filter(|(_, ways)| ways.as_ref().is_none_or(|ways| !ways.is_empty()))
        .collect();
    let count = by_scheme.iter().try_fold(0, |count, (_, ways)| Some(count + ways.as_ref()?.len()));
    if count.is_some_and(|count| count <= MOST) {
        let listed = |(at, ways): (usize, Option<BTreeSet<Way>>)| {
            ways.into_iter().flatten().map(move |way| (at, way.into_iter().collect()))
        };
        return by_scheme.into_iter().flat_map(listed).collect();
    }
    let mut all = Way::new();
    rules.iter().for_each(|rule| name_scopes(rule, true, &mut all));
    by_scheme.into_iter().map(|(at, _)| (at, all.iter().copied().collect())).collect()
}

/// Returns the sets of scopes for which a credential of this scheme can satisfy a rule, or its
/// negation if `holds` is `false`. Returns `None` if there are too many.
fn ways(rule: &'static Rule, scheme: &str, holds: bool) -> Option<BTreeSet<Way>> {
    let certain = |so: bool| Some(if so { BTreeSet::from([Way::new()]) } else { BTreeSet::new() });
    match rule {
        Rule::Builtin(Builtin::Scheme, name) => certain(name.text().eq_ignore_ascii_case(scheme) == holds),
        Rule::Waived { .. } => certain(holds),
        Rule::Held { right, .. } if right.kind() == "scope" && holds => {
            Some(BTreeSet::from([Way::from([right.name()])]))
        }
        Rule::Not(part) => ways(part.get(), scheme, !holds),
        Rule::All(parts) | Rule::Any(parts) => {
            let parts = parts.iter().map(|part| ways(part.get(), scheme, holds)).collect();
            if matches!(rule, Rule::All(_)) == holds { joined(parts) } else { either(parts) }
        }
        // Other rules do not depend on the scheme or its scopes.
        _ => certain(true),
    }
}

/// Returns the ways that satisfy all parts.
fn joined(parts: Vec<Option<BTreeSet<Way>>>) -> Option<BTreeSet<Way>> {
    if parts.iter().flatten().any(BTreeSet::is_empty) {
        return Some(BTreeSet::new());
    }
    parts.into_iter().try_fold(BTreeSet::from([Way::new()]), |all, part| {
        let part = part?;
        let mut together = BTreeSet::new();
        for one in &all {
            together.extend(part.iter().map(|other| one.union(other).copied().collect::<Way>()));
        }
        (together.len() <= MOST).then_some(together)
    })
}

/// Returns the ways that satisfy a part.
fn either(parts: Vec<Option<BTreeSet<Way>>>) -> Option<BTreeSet<Way>> {
    let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    let all: BTreeSet<_> = parts.into_iter().flatten().collect();
    (all.len() <= MOST).then_some(all)
}

/// Adds every scope that a rule requires in any of its parts.
fn name_scopes(rule: &'static Rule, holds: bool, scopes: &mut Way) {
    match rule {
        Rule::Held { right, .. } if right.kind() == "scope" && holds => {
            scopes.insert(right.name());
        }
        Rule::Not(part) => name_scopes(part.get(), !holds, scopes),
        Rule::All(parts) | Rule::Any(parts) => {
            parts.iter().for_each(|part| name_scopes(part.get(), holds, scopes));
        }
        _ => {}
    }
}

/// Returns the security scheme object of a scheme.
pub(super) fn security_scheme(scheme: &DescribedScheme) -> Value {
    match &scheme.described {
        Described::Authorization { format } => {
            let name = scheme.name.to_ascii_lowercase();
            match format {
                Some(format) if name == "bearer" => {
                    json!({ "type": "http", "scheme": name, "bearerFormat": format })
                }
                _ => json!({ "type": "http", "scheme": name }),
            }
        }
        Described::OpenIdConnect { url } => json!({ "type": "openIdConnect", "openIdConnectUrl": url }),
        Described::Field(name) => json!({ "type": "apiKey", "in": "header", "name": name }),
        Described::Cookie(name) => json!({ "type": "apiKey", "in": "cookie", "name": name }),
    }
}

/// Returns `true` if two security scheme objects describe the same scheme.
pub(super) fn is_same_scheme(one: &Value, other: &Value) -> bool {
    let scheme = |of: &Value| Some(of.get("scheme")?.as_str()?.to_ascii_lowercase());
    ["type", "in", "name", "openIdConnectUrl"].iter().all(|member| one.get(member) == other.get(member))
        && scheme(one) == scheme(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Ambient, Held, Part, PrincipalType, TypeName, Value};

    struct Scope;
    struct User;

    const NAMES: [&str; 4] = ["a", "b", "c", "d"];
    const CLOSURE: [u128; 4] = [0b0001, 0b0010, 0b0100, 0b1000];

    fn gate() -> DescribedGate {
        let scheme = |name| DescribedScheme {
            name,
            described: Described::Authorization { format: None },
            forbids: false,
            limits_attempts: false,
            ambient: Ambient::No,
            knows_login: false,
        };
        DescribedGate {
            principal: PrincipalType::new("User", "", TypeName::of::<User>(), &[]),
            schemes: vec![scheme("One"), scheme("Two")],
            required: Vec::new(),
            has_login_page: false,
            renders: false,
        }
    }

    fn kept(rule: Rule) -> &'static Rule {
        Box::leak(Box::new(rule))
    }

    fn scope(at: usize) -> &'static Rule {
        kept(Rule::Held {
            right: Held::new("scope", "Scope", TypeName::of::<Scope>(), &NAMES, &CLOSURE, at),
            tenant: None,
        })
    }

    fn rule() -> impl Strategy<Value = &'static Rule> {
        let leaf = prop_oneof![
            4 => (0..NAMES.len()).prop_map(scope),
            1 => prop_oneof![Just("One"), Just("Two")].prop_map(|name| kept(Rule::Builtin(Builtin::Scheme, Value::Text(name.into())))),
            1 => (1..3_u64).prop_map(|seconds| kept(Rule::Builtin(Builtin::Fresh, Value::Seconds(seconds)))),
        ];
        leaf.prop_recursive(4, 24, 4, |part| {
            let parts = || prop::collection::vec(part.clone(), 2..4);
            prop_oneof![
                parts().prop_map(|parts| kept(Rule::all(parts.into_iter().cloned()))),
                parts().prop_map(|parts| kept(Rule::any(parts.into_iter().cloned()))),
                part.clone().prop_map(|part| kept(Rule::Not(Part::of(part)))),
            ]
        })
    }

    /// Returns `true` if a credential of this scheme with these scopes satisfies the rule. The bits
    /// of `rest` are the other facts.
    fn holds(rule: &Rule, scheme: &str, scopes: &[&str], rest: u64) -> bool {
        let part = |part: &Part| holds(part, scheme, scopes, rest);
        match rule {
            Rule::Held { right, .. } => scopes.contains(&right.name()),
            Rule::Builtin(Builtin::Scheme, name) => name.text() == scheme,
            Rule::All(parts) => parts.iter().all(part),
            Rule::Any(parts) => parts.iter().any(part),
            Rule::Not(inner) => !part(inner),
            Rule::Builtin(Builtin::Fresh, seconds) => rest >> seconds.seconds() & 1 == 1,
            _ => false,
        }
    }

    fn callers() -> impl Iterator<Item = (usize, Vec<&'static str>, u64)> {
        (0..2 * 16 * 8).map(|caller: usize| {
            let scopes = (0..4).filter(|at| caller >> (at + 1) & 1 == 1).map(|at| NAMES[at]).collect();
            (caller & 1, scopes, (caller >> 5) as u64)
        })
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn lists_an_alternative_for_every_admitted_caller(rule in rule()) {
            let gate = gate();
            let listed = alternatives(&gate, &[rule], AcceptedSchemes::by(rule));
            let mut named = Way::new();
            name_scopes(rule, true, &mut named);
            let is_all = |scopes: &Vec<_>| scopes.len() == named.len();
            let is_short = listed.iter().all(|(_, scopes)| is_all(scopes));
            prop_assert!(listed.len() <= MOST);
            for (at, scopes, rest) in callers() {
                if !holds(rule, gate.schemes[at].name, &scopes, rest) {
                    continue;
                }
                // A list that is cut short requires more than the rule, never less.
                let fits = |(of, asked): &(usize, Vec<&'static str>)| {
                    *of == at && (is_short || asked.iter().all(|scope| scopes.contains(scope)))
                };
                prop_assert!(listed.iter().any(fits), "{rule} {scopes:?} {listed:?}");
            }
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn every_listed_alternative_is_satisfiable(rule in rule()) {
            prop_assume!(!rule.has(crate::rule::Ask::Negation));
            let gate = gate();
            for (at, scopes) in alternatives(&gate, &[rule], AcceptedSchemes::by(rule)) {
                let held = |rest| holds(rule, gate.schemes[at].name, &scopes, rest);
                prop_assert!((0..8).any(held), "{rule} {scopes:?}");
            }
        }
    }

    #[test]
    fn lists_all_scopes_if_there_are_too_many_alternatives() {
        let either = |one, other| kept(Rule::any([scope(one), scope(other)].into_iter().cloned()));
        let pair = |one, other| kept(Rule::all([scope(one), scope(other)].into_iter().cloned()));
        let few = kept(Rule::any([pair(0, 1), pair(2, 3)].into_iter().cloned()));
        let of = |rule| alternatives(&gate(), &[rule], AcceptedSchemes::ALL);
        assert_eq!(
            of(few),
            [(0, vec!["a", "b"]), (0, vec!["c", "d"]), (1, vec!["a", "b"]), (1, vec!["c", "d"])]
        );
        let many = kept(Rule::all([either(0, 1), either(2, 3), either(1, 2)].into_iter().cloned()));
        assert_eq!(of(many), [(0, NAMES.to_vec()), (1, NAMES.to_vec())]);
    }
}
