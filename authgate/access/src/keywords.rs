//! The words of the grammar that the macros, the lock and the documents share.

use crate::Builtin;

/// The kinds of sets, in the order of the lock.
pub const SETS: [&str; 3] = ["role", "scope", "permission"];

/// A tenant whose names have a canonical form, in the header of the lock.
pub const TENANT: &str = "tenant";

/// A policy over a resource.
pub const POLICY: &str = "policy";

/// The keys of `#[requires]` that are allowed in every list.
pub const PARTS: [&str; 8 + Builtin::ALL.len()] = {
    const OTHERS: [&str; 8] = ["role", "permission", "scope", "in", POLICY, "all", "any", "not"];
    let (mut keys, mut at) = ([""; 8 + Builtin::ALL.len()], 0);
    #[expect(clippy::indexing_slicing, reason = "const: the array has room for each")]
    while at < keys.len() {
        keys[at] = if at < 8 { OTHERS[at] } else { Builtin::ALL[at - 8].row().keyword };
        at += 1;
    }
    keys
};

/// The states of a route, and the words that combine rules.
const GRAMMAR: [&str; 7] = ["waived", "authenticated", "public", "ungated", "all", "any", "not"];

/// Returns `true` if a leaf of a rule begins with the word and a colon.
#[must_use]
pub fn is_of_rule(word: &str) -> bool {
    SETS.contains(&word) || Builtin::of_keyword(word).is_some()
}

/// Returns the words that the kind of a custom requirement cannot be.
pub fn taken() -> impl Iterator<Item = &'static str> {
    SETS.into_iter().chain(Builtin::ALL.map(|builtin| builtin.row().keyword)).chain([TENANT]).chain(GRAMMAR)
}

/// Returns the words with which the lines of rights begin in a lock.
pub fn declared() -> impl Iterator<Item = &'static str> {
    let of_values = Builtin::ALL.into_iter().filter(|builtin| builtin.is_declared());
    SETS.into_iter().chain(of_values.map(|builtin| builtin.row().keyword)).chain([TENANT])
}
