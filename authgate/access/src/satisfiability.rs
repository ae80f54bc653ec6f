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
mod tests;
