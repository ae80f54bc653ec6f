use std::panic::catch_unwind;

use proptest::prelude::*;

use super::*;
use crate::{Builtin, DenialMessage, Held, Own, Part, TypeName, TypeText, Value};

const fn own(name: &'static str) -> Rule {
    Rule::Own(Own::new("policy", name, &DenialMessage::DENIED))
}

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
static OWN: [Rule; 12] = {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = NAMES;
    [own(a), own(b), own(c), own(d), own(e), own(f), own(g), own(h), own(i), own(j), own(k), own(l)]
};

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn not(part: &'static Rule) -> &'static Rule {
    leak(Rule::Not(Part::of(part)))
}

fn all(parts: &[&'static Rule]) -> &'static Rule {
    leak(Rule::all(parts.iter().copied().cloned()))
}

fn any(parts: &[&'static Rule]) -> &'static Rule {
    leak(Rule::any(parts.iter().copied().cloned()))
}

fn said(rule: &'static Rule) -> Option<String> {
    let panic = catch_unwind(|| sound(rule)).err()?;
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes in Miri")]
fn rejects_unsatisfiable_and_always_satisfied_rules() {
    let [a, b] = [&OWN[0], &OWN[1]];
    let fresh = |seconds| leak(Rule::Builtin(Builtin::Fresh, Value::Seconds(seconds)));
    for (rule, expected) in [
        (all(&[a, not(a)]), Some("no caller")),
        (any(&[a, not(a)]), Some("every caller")),
        (all(&[a, not(b)]), None),
        (any(&[a, not(b)]), None),
        (all(&[fresh(60), not(fresh(300))]), Some("no caller")),
        (all(&[fresh(300), not(fresh(60))]), None),
        (any(&[fresh(300), not(fresh(60))]), Some("every caller")),
        (any(&[b, all(&[a, not(a)])]), Some("no caller")),
        (all(&[any(&[a, b]), not(a), not(b)]), Some("no caller")),
        (not(all(&[a, not(a)])), Some("no caller")),
        (not(not(a)), None),
        (all(&[a, a]), None),
    ] {
        let said = said(rule);
        assert_eq!(said.is_some(), expected.is_some(), "{rule}: {said:?}");
        if let (Some(said), Some(expected)) = (said, expected) {
            assert!(said.starts_with(expected), "{rule}: {said}");
        }
    }
}

#[test]
fn waiver_must_apply_to_the_whole_rule() {
    let [a, b] = [&OWN[0], &OWN[1]];
    let waived = leak(Rule::Waived { requirement: Part::of(a), reason: "why".into() });
    for rule in [waived, all(&[waived, b]), all(&[all(&[b, waived]), not(a)])] {
        assert_eq!(said(rule), None, "{rule}");
    }
    for rule in [any(&[b, waived]), not(waived), all(&[b, any(&[a, all(&[b, waived])])])] {
        assert!(
            said(rule).is_some_and(|said| said.starts_with("a waiver applies to the whole rule")),
            "{rule}"
        );
    }
}

#[test]
fn distinguishes_sets_and_requirements_with_the_same_name() {
    struct One;
    struct Other;
    const STAFF: [&str; 2] = ["viewer", "admin"];
    const HELPERS: [&str; 2] = ["support", "chief"];
    const CLOSURE: [u128; 2] = [0b01, 0b11];
    let one = |at| {
        leak(Rule::Held {
            right: Held::new("role", "Role", TypeName::of::<One>(), &STAFF, &CLOSURE, at),
            tenant: None,
        })
    };
    let other = |at| {
        leak(Rule::Held {
            right: Held::new("role", "Role", TypeName::of::<Other>(), &HELPERS, &CLOSURE, at),
            tenant: None,
        })
    };
    let [viewer, admin] = [one(0), one(1)];
    assert!(said(all(&[admin, not(viewer)])).is_some());
    assert_eq!(said(all(&[admin, not(other(0))])), None);
    assert_eq!(said(any(&[viewer, not(other(1))])), None);
    let active =
        |of_type| leak(Rule::Own(Own::new("policy", "active", &DenialMessage::DENIED).of_type(of_type)));
    assert!(said(all(&[active("a::Active"), not(active("a::Active"))])).is_some());
    assert_eq!(said(all(&[active("a::Active"), not(active("b::Active"))])), None);
}

#[test]
fn each_policy_over_a_resource_is_independent() {
    struct Owns;
    struct Note;
    let policy = || {
        leak(Rule::Policy {
            policy: TypeText::Of(TypeName::of::<Owns>()),
            on: TypeText::Of(TypeName::of::<Note>()),
        })
    };
    let a = &OWN[0];
    for rule in [
        any(&[a, policy()]),
        any(&[not(a), policy()]),
        all(&[a, not(policy())]),
        any(&[a, not(policy())]),
        any(&[all(&[a, policy()]), all(&[policy(), not(policy())])]),
    ] {
        assert_eq!(said(rule), None, "{rule}");
    }
    let contradiction = any(&[policy(), all(&[a, not(a)])]);
    assert!(said(contradiction).is_some_and(|said| said.starts_with("no caller")));
}

#[test]
fn accepts_twelve_rights_and_rejects_thirteen() {
    let mut parts: Vec<_> = OWN.iter().collect();
    parts.push(not(&OWN[11]));
    assert!(said(all(&parts)).is_some_and(|said| said.starts_with("no caller")));
    parts.pop();
    parts.push(not(leak(own("m"))));
    assert!(said(all(&parts)).is_some_and(|said| said.contains("more than 12")));
}

/// A rule over the first four rights, and its value in a world by naive evaluation.
fn rules() -> impl Strategy<Value = &'static Rule> {
    let leaf = (0..4usize).prop_map(|at| &OWN[at]);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| all(&parts)),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| any(&parts)),
            inner.prop_map(not),
        ]
    })
}

fn holds(rule: &Rule, world: usize) -> bool {
    match rule {
        Rule::All(parts) => parts.iter().all(|part| holds(part, world)),
        Rule::Any(parts) => parts.iter().any(|part| holds(part, world)),
        Rule::Not(part) => !holds(part, world),
        leaf => world >> OWN.iter().position(|own| own == leaf).unwrap() & 1 == 1,
    }
}

/// Returns `true` if a part holds in no world or in all worlds.
fn is_mad(rule: &Rule) -> bool {
    let here = matches!(rule, Rule::All(_) | Rule::Any(_)) && {
        let worlds = (0..16).filter(|world| holds(rule, *world)).count();
        worlds == 0 || worlds == 16
    };
    here || rule.parts().iter().any(|part| is_mad(part))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn rejects_a_rule_iff_no_caller_or_every_caller_satisfies_it(rule in rules()) {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let said = said(rule);
        std::panic::set_hook(hook);
        prop_assert_eq!(said.is_some(), is_mad(rule), "{}: {:?}", rule, said);
    }
}
