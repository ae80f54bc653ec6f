//! The meaning of a rule: the callers that it allows, and the difference from another rule.
//!
//! Two rules are compared by their exact meaning, not by their text. A caller has any combination
//! of roles, scopes and permissions, also within a tenant, one scheme, one type of principal, a
//! login with an age, one `acr` and several `amr`. A policy or a custom requirement allows or
//! denies a caller independently of these facts. Each lock defines its implications, so that an
//! unchanged rule allows other callers if the hierarchy changes.
//!
//! ```
//! use authgate::access::lock::Lock;
//! use authgate::access::meaning::{Relation, newly, relation};
//!
//! let lock = |access: &str| {
//!     Lock::parse(&format!("access.lock v1\nrole editor\nrole admin > editor\nGET /x {access}\n"))
//! };
//! let (old, new) = (lock("role:admin")?, lock("role:editor")?);
//! let (before, now) = ((&old, old.routes()[0].access()), (&new, new.routes()[0].access()));
//! assert_eq!(relation(before, now), Relation::Wider);
//! assert_eq!(newly(before, now), ["editor"]);
//! # Ok::<(), authgate::access::lock::LockError>(())
//! ```
//!
//! # Facts that a lock does not state
//!
//! - The type of the caller, if a line does not name it. It is the type that all other lines of the
//!   lock name, or else the type in the other rule.
//! - The requirements of the gate, unless a route waives them. A requirement that one of the locks
//!   waives applies to every other route with a rule, in both locks.
//! - Which principals have permissions in a field of the principal. All are assumed to.
//!
//! # The bound
//!
//! Rules become binary decision diagrams. One comparison takes at most 2<sup>19</sup> nodes and
//! 1,024 facts about a caller. A larger comparison is [`Relation::TooLarge`], and never
//! [`Relation::Same`]. Rules of twenty different rights stay far below, as do rules of hundreds
//! that name each once.

mod callers;
mod comparison;
mod diagram;
mod variable;
mod side;

use super::lock::{Access, Lock};
use crate::Rule;
use comparison::Comparison;
use side::Side;

/// The relation between the callers that two rules allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// Both rules allow the same callers.
    Same,
    /// The second rule allows all callers of the first, and more.
    Wider,
    /// The second rule allows some callers of the first, and no others.
    Narrower,
    /// Each rule allows a caller that the other does not.
    Neither,
    /// The comparison exceeds the bound.
    TooLarge,
}

/// Returns the relation of the second rule to the first, each under its lock.
///
/// For many comparisons, create one [`Meaning`].
#[must_use]
pub fn relation(first: (&Lock, &Access), second: (&Lock, &Access)) -> Relation {
    Meaning::between(first.0, second.0).relation(first.1, second.1)
}

/// Returns the callers that the second rule allows and the first does not. See [`Meaning::newly`].
#[must_use]
pub fn newly(first: (&Lock, &Access), second: (&Lock, &Access)) -> Vec<String> {
    Meaning::between(first.0, second.0).newly(first.1, second.1)
}

/// Returns whether the rule allows any caller, or `None` if the evaluation exceeds the bound.
#[must_use]
pub fn is_possible(lock: &Lock, access: &Access) -> Option<bool> {
    Meaning::between(lock, lock).is_possible(access)
}

/// The meaning of the rules of one or two locks, for many comparisons.
#[derive(Debug)]
pub struct Meaning<'a> {
    first: Side<'a>,
    second: Side<'a>,
    /// The known requirements of a gate for every caller.
    asked: Vec<&'a Rule>,
}

impl<'a> Meaning<'a> {
    /// Reads the implications of both locks.
    #[must_use]
    pub fn between(first: &'a Lock, second: &'a Lock) -> Self {
        let mut asked: Vec<_> = side::waived(first).chain(side::waived(second)).collect();
        asked.sort();
        asked.dedup();
        Self { first: Side::of(first), second: Side::of(second), asked }
    }

    /// Returns `true` if every rule with the same text has the same meaning in both locks.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.first.lock.rights() == self.second.lock.rights()
            && self.first.only_type() == self.second.only_type()
    }

    /// Returns the requirements that only the first lock waives.
    pub fn no_longer_waived(&self) -> impl Iterator<Item = &'a Rule> {
        let now: Vec<_> = side::waived(self.second.lock).collect();
        let mut before: Vec<_> = side::waived(self.first.lock).filter(|rule| !now.contains(rule)).collect();
        before.sort();
        before.dedup();
        before.into_iter()
    }

    /// Returns the relation of a rule of the second lock to a rule of the first.
    #[must_use]
    pub fn relation(&self, first: &Access, second: &Access) -> Relation {
        let mut comparison = Comparison::of(self, first, second, MOST_STEPS);
        comparison.as_mut().and_then(relation_of).unwrap_or(Relation::TooLarge)
    }

    /// Returns the callers that a rule of the second lock allows and a rule of the first does not,
    /// with the fewest rights, in a few words each. At most four, followed by the number of others.
    /// Empty if the comparison exceeds the bound.
    #[must_use]
    pub fn newly(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS).as_mut().and_then(callers::newly).unwrap_or_default()
    }

    /// Returns the callers that a rule of the first lock allows and a rule of the second does not,
    /// like [`newly`](Self::newly).
    #[must_use]
    pub fn no_longer(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS)
            .as_mut()
            .and_then(callers::no_longer)
            .unwrap_or_default()
    }

    /// Returns all three results. Takes at most the given number of steps.
    pub(super) fn compared(&self, first: &Access, second: &Access, steps_left: &mut usize) -> Compared {
        let most = MOST_STEPS.min(*steps_left);
        let mut comparison = Comparison::of(self, first, second, most);
        let relation = comparison.as_mut().and_then(relation_of).unwrap_or(Relation::TooLarge);
        let newly = comparison.as_mut().and_then(callers::newly).unwrap_or_default();
        let no_longer = comparison.as_mut().and_then(callers::no_longer).unwrap_or_default();
        *steps_left -=
            comparison.map_or(most, |comparison| most.saturating_sub(comparison.diagram.steps_left()));
        Compared { relation, newly, no_longer }
    }

    /// Returns whether a rule of the second lock allows any caller, or `None` if the evaluation
    /// exceeds the bound.
    #[must_use]
    pub fn is_possible(&self, access: &Access) -> Option<bool> {
        Comparison::of(self, access, access, MOST_STEPS).map(|comparison| !comparison.second.is_never())
    }
}

/// The maximum number of steps of one comparison. Each creates at most one node.
const MOST_STEPS: usize = 1 << 19;

/// The result of a comparison of two rules.
#[derive(Clone)]
pub(super) struct Compared {
    pub(super) relation: Relation,
    pub(super) newly: Vec<String>,
    pub(super) no_longer: Vec<String>,
}

fn relation_of(comparison: &mut Comparison<'_>) -> Option<Relation> {
    let (no_longer, newly) = (comparison.no_longer()?, comparison.newly()?);
    Some(match (no_longer.is_never(), newly.is_never()) {
        (true, true) => Relation::Same,
        (true, false) => Relation::Wider,
        (false, true) => Relation::Narrower,
        (false, false) => Relation::Neither,
    })
}
