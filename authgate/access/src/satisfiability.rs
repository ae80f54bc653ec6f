//! Finds rules that no caller or every caller satisfies. The search runs in const evaluation, over
//! all combinations of the rights in a rule.

use crate::Rule;
use crate::rule::Ask;

/// The maximum number of different rights in one search.
const MOST: usize = 12;
/// The number of words for one bit per combination of held rights.
const WORDS: usize = (1 << MOST) / 64;
type Worlds = [u64; WORDS];

/// The distinct rights of a rule.
struct Rights {
    known: [&'static Rule; MOST],
    count: usize,
}

/// Panics if a rule is not sound. In const evaluation, the panic is a compile error.
///
/// A rule with `not` is searched for parts that no caller or every caller satisfies. Other rules
/// cannot have such parts. A waiver is satisfied by every caller, and applies to the whole rule.
///
/// # Examples
///
/// ```
/// use authgate::access::{Builtin, Rule, Value, sound};
///
/// const RECENT: &Rule = &Rule::Builtin(Builtin::Fresh, Value::Seconds(300));
///
/// const { sound(RECENT) };
/// ```
///
/// # Panics
///
/// Panics if no caller or every caller satisfies the rule or a part of it, or if a text in it is
/// blank.
#[track_caller]
pub const fn sound(rule: &'static Rule) {
    assert!(
        !rule.waives_in_a_part(),
        "a waiver applies to the whole rule, but this one is in a part: move `Waive<..>` to the outermost `All<(..)>`"
    );
    assert!(
        !rule.has(Ask::BlankReason),
        "the reason of a waiver is blank: state why the requirement is waived"
    );
    assert!(
        !rule.has(Ask::BlankValue),
        "the text of an `Acr<..>` or a `Factor<..>` is blank: write the value that tokens carry"
    );
    if !rule.has(Ask::Negation) {
        return;
    }
    let mut parts = rule.parts();
    while let [part, rest @ ..] = parts {
        sound(part.get());
        parts = rest;
    }
    if !matches!(rule, Rule::All(_) | Rule::Any(_)) {
        return;
    }
    let mut rights = Rights { known: [rule; MOST], count: 0 };
    rights.collect(rule);
    let (possible, holds) = (rights.possible(), rights.worlds(rule, &mut 0));
    let words = rights.words();
    let (mut never, mut always, mut word) = (true, true, 0);
    #[expect(clippy::indexing_slicing, reason = "const: `word` is below the number of words")]
    while word < words {
        never &= holds[word] & possible[word] == 0;
        always &= holds[word] & possible[word] == possible[word];
        word += 1;
    }
    assert!(
        !never,
        "no caller can satisfy this rule, because it excludes what it requires (roles may imply each other): remove \
         one of the two"
    );
    assert!(
        !always,
        "every caller satisfies this rule, because it excludes only what it also requires (roles may imply each \
         other): for any authenticated caller, take `Authenticated<User>`"
    );
}

#[expect(clippy::indexing_slicing, reason = "const: positions stay below the number of rights, and of words")]
impl Rights {
    #[track_caller]
    const fn collect(&mut self, rule: &'static Rule) {
        if matches!(rule, Rule::All(_) | Rule::Any(_) | Rule::Not(_)) {
            let mut parts = rule.parts();
            while let [part, rest @ ..] = parts {
                self.collect(part.get());
                parts = rest;
            }
        } else if self.position(rule).is_none() && !matches!(rule, Rule::Waived { .. }) {
            assert!(
                self.count < MOST,
                "a rule with `not` has more than 12 different rights, too many to check for contradictions: define a \
                 right that implies several"
            );
            self.known[self.count] = rule;
            self.count += 1;
        }
    }

    const fn position(&self, right: &Rule) -> Option<usize> {
        let mut at = 0;
        while at < self.count {
            if implies(self.known[at], right) && implies(right, self.known[at]) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// Returns the number of words for all worlds of these rights.
    const fn words(&self) -> usize {
        if self.count <= 6 { 1 } else { 1 << (self.count - 6) }
    }

    /// Returns the worlds in which each held right comes with the rights that it implies.
    const fn possible(&self) -> Worlds {
        let mut possible = [u64::MAX; WORDS];
        let mut one = 0;
        while one < self.count {
            let mut other = 0;
            while other < self.count {
                if one != other && implies(self.known[one], self.known[other]) {
                    let mut word = 0;
                    while word < self.words() {
                        possible[word] &= !held(one, word) | held(other, word);
                        word += 1;
                    }
                }
                other += 1;
            }
            one += 1;
        }
        possible
    }

    /// Returns the position of the policy that was collected as the `nth`. The names of policies
    /// cannot be compared in const evaluation, so each is independent of the others.
    const fn policy(&self, nth: usize) -> Option<usize> {
        let (mut at, mut before) = (0, 0);
        while at < self.count {
            if matches!(self.known[at], Rule::Policy { .. }) {
                if before == nth {
                    return Some(at);
                }
                before += 1;
            }
            at += 1;
        }
        None
    }

    /// Returns the worlds in which a rule holds. A waiver holds in all of them. `policies` is the
    /// number of policies before the rule.
    const fn worlds(&self, rule: &Rule, policies: &mut usize) -> Worlds {
        let words = self.words();
        let mut worlds = if matches!(rule, Rule::Any(_)) { [0; WORDS] } else { [u64::MAX; WORDS] };
        let mut word = 0;
        let position = if matches!(rule, Rule::Policy { .. }) {
            *policies += 1;
            self.policy(*policies - 1)
        } else {
            self.position(rule)
        };
        if let Some(at) = position {
            while word < words {
                worlds[word] = held(at, word);
                word += 1;
            }
        }
        let mut parts = rule.parts();
        while let [part, rest @ ..] = parts {
            let of_part = self.worlds(part.get(), policies);
            word = 0;
            while word < words {
                worlds[word] = match rule {
                    Rule::Not(_) => !of_part[word],
                    Rule::Any(_) => worlds[word] | of_part[word],
                    _ => worlds[word] & of_part[word],
                };
                word += 1;
            }
            parts = rest;
        }
        worlds
    }
}

/// Returns those of 64 worlds in which the right at a position is held.
const fn held(at: usize, word: usize) -> u64 {
    match at {
        0 => 0xaaaa_aaaa_aaaa_aaaa,
        1 => 0xcccc_cccc_cccc_cccc,
        2 => 0xf0f0_f0f0_f0f0_f0f0,
        3 => 0xff00_ff00_ff00_ff00,
        4 => 0xffff_0000_ffff_0000,
        5 => 0xffff_ffff_0000_0000,
        _ if word >> (at - 6) & 1 == 1 => u64::MAX,
        _ => 0,
    }
}

/// Returns `true` if a right is known to imply another. Rights that cannot be compared are
/// independent.
const fn implies(one: &Rule, other: &Rule) -> bool {
    match (one, other) {
        (Rule::Held { right: one, tenant }, Rule::Held { right: other, tenant: other_tenant }) => {
            one.grants(other)
                && match (tenant, other_tenant) {
                    (None, None) => true,
                    (Some(one), Some(other)) => one.is(other),
                    _ => false,
                }
        }
        (Rule::Builtin(one, value), Rule::Builtin(other, other_value)) => {
            *one as u8 == *other as u8 && one.implies(value, other_value)
        }
        (Rule::Own(one), Rule::Own(other)) => one.is(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
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
}
