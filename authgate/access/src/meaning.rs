//! The meaning of a rule: the callers that it allows, and whether another rule allows more of them.
//!
//! Two rules are compared by their meaning and not by their text. The comparison is exact.
//!
//! A caller is a set of facts:
//!
//! - any roles, scopes and permissions, also within a tenant;
//! - one scheme, one issuer, one principal type, one age of the login, one `acr`, several `amr`;
//! - for each policy and each custom requirement, its decision, which depends on no other fact.
//!
//! The rights of each lock determine what these facts imply. If the hierarchy changes, an unchanged
//! rule can therefore allow other callers.
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
//! # Facts that a lock does not contain
//!
//! - The principal type of a line without one. If all other lines of the lock have the same type,
//!   it is that type. Otherwise it is assumed to be the type of the line to compare with.
//! - The requirements that the gate applies to every route, except where a route waives them. If
//!   one of the two locks waives a requirement, both gates are assumed to have it. It then applies
//!   to every route that requires authentication and does not waive it.
//! - Whether a principal holds permissions directly. Every principal is assumed to.
//!
//! # The bound
//!
//! Rules become binary decision diagrams. One comparison takes at most 2<sup>19</sup> nodes and
//! 1,024 facts. A larger comparison is [`Relation::TooLarge`], and never counts as the same. Rules
//! with twenty different rights stay far below, and so do rules that name hundreds of rights once
//! each.

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
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
/// use authgate::access::meaning::{Relation, relation};
///
/// let lock = Lock::parse("access.lock v1\nrole a\nGET /x role:a\nGET /y role:a | fresh:300s\n")?;
/// let (x, y) = (lock.routes()[0].access(), lock.routes()[1].access());
/// assert_eq!(relation((&lock, x), (&lock, y)), Relation::Wider);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// Both allow the same callers.
    Same,
    /// The second allows all callers of the first, and more.
    Wider,
    /// The second allows some callers of the first, and no others.
    Narrower,
    /// Each allows a caller that the other denies.
    Neither,
    /// The rules are too large to compare.
    TooLarge,
}

/// Compares the callers that the second rule allows with those of the first, each under its own
/// lock.
///
/// For many comparisons, create one [`Meaning`].
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
/// use authgate::access::meaning::{Relation, relation};
///
/// let lock = Lock::parse("access.lock v1\nGET /x fresh:60s\nGET /y fresh:300s\n")?;
/// let (x, y) = (lock.routes()[0].access(), lock.routes()[1].access());
/// assert_eq!(relation((&lock, y), (&lock, x)), Relation::Narrower);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[must_use]
pub fn relation(first: (&Lock, &Access), second: (&Lock, &Access)) -> Relation {
    Meaning::between(first.0, second.0).relation(first.1, second.1)
}

/// Returns the callers that the second rule allows and the first denies. See [`Meaning::newly`].
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
/// use authgate::access::meaning::newly;
///
/// let lock = Lock::parse("access.lock v1\nrole a\nrole b\nGET /x role:a\nGET /y role:b\n")?;
/// let (x, y) = (lock.routes()[0].access(), lock.routes()[1].access());
/// assert_eq!(newly((&lock, x), (&lock, y)), ["b"]);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[must_use]
pub fn newly(first: (&Lock, &Access), second: (&Lock, &Access)) -> Vec<String> {
    Meaning::between(first.0, second.0).newly(first.1, second.1)
}

/// Returns `true` if the rule allows a caller. Returns `None` if the rule is too large to decide.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
/// use authgate::access::meaning::is_possible;
///
/// let lock = Lock::parse("access.lock v1\nrole a\nGET /x role:a & !role:a\n")?;
/// assert_eq!(is_possible(&lock, lock.routes()[0].access()), Some(false));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[must_use]
pub fn is_possible(lock: &Lock, access: &Access) -> Option<bool> {
    Meaning::between(lock, lock).is_possible(access)
}

/// The meaning of the rules of two locks, for many comparisons.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
/// use authgate::access::meaning::{Meaning, Relation};
///
/// let lock = Lock::parse("access.lock v1\nrole a\nrole b > a\nGET /x role:b\nGET /y role:a\n")?;
/// let meaning = Meaning::between(&lock, &lock);
/// let (x, y) = (lock.routes()[0].access(), lock.routes()[1].access());
/// assert_eq!(meaning.relation(x, y), Relation::Wider);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Debug)]
pub struct Meaning<'a> {
    first: Side<'a>,
    second: Side<'a>,
    /// The known requirements that a gate applies to every route.
    asked: Vec<&'a Rule>,
}

impl<'a> Meaning<'a> {
    /// Reads the hierarchies of both locks. They can be the same lock.
    #[must_use]
    pub fn between(first: &'a Lock, second: &'a Lock) -> Self {
        let asked = side::waived(first).union(&side::waived(second)).copied().collect();
        Self { first: Side::of(first), second: Side::of(second), asked }
    }

    /// Returns `true` if rules with the same text have the same meaning in both locks.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.first.lock.rights() == self.second.lock.rights()
            && self.first.only_type() == self.second.only_type()
    }

    /// Returns the requirements that only routes of the first lock waive.
    pub fn no_longer_waived(&self) -> impl Iterator<Item = &'a Rule> {
        let (before, now) = (side::waived(self.first.lock), side::waived(self.second.lock));
        before.into_iter().filter(move |rule| !now.contains(rule))
    }

    /// Compares the callers that a rule of the second lock allows with those of a rule of the
    /// first.
    #[must_use]
    pub fn relation(&self, first: &Access, second: &Access) -> Relation {
        let mut comparison = Comparison::of(self, first, second, MOST_STEPS);
        comparison.as_mut().and_then(relation_of).unwrap_or(Relation::TooLarge)
    }

    /// Returns the callers that a rule of the second lock allows and a rule of the first denies.
    /// They are the callers with the fewest rights, in a few words each.
    ///
    /// The list has at most four callers, followed by the number of others. It is empty if the
    /// rules are too large to compare.
    #[must_use]
    pub fn newly(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS).as_mut().and_then(newly_of).unwrap_or_default()
    }

    /// Returns the callers that a rule of the first lock allows and a rule of the second denies, in
    /// the form of [`newly`](Self::newly).
    #[must_use]
    pub fn no_longer(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS).as_mut().and_then(no_longer_of).unwrap_or_default()
    }

    /// Returns the relation and both lists, within the remaining steps.
    pub(super) fn compared(&self, first: &Access, second: &Access, steps_left: &mut usize) -> Compared {
        let most = MOST_STEPS.min(*steps_left);
        let mut comparison = Comparison::of(self, first, second, most);
        let relation = comparison.as_mut().and_then(relation_of).unwrap_or(Relation::TooLarge);
        let newly = comparison.as_mut().and_then(newly_of).unwrap_or_default();
        let no_longer = comparison.as_mut().and_then(no_longer_of).unwrap_or_default();
        *steps_left -=
            comparison.map_or(most, |comparison| most.saturating_sub(comparison.diagram.steps_left()));
        Compared { relation, newly, no_longer }
    }

    /// Returns `true` if a rule of the second lock allows a caller. Returns `None` if the rule is
    /// too large to decide.
    #[must_use]
    pub fn is_possible(&self, access: &Access) -> Option<bool> {
        Comparison::of(self, access, access, MOST_STEPS)
            .map(|comparison| !comparison.second.callers.is_never())
    }
}

/// The maximum number of steps of one comparison. Each step creates at most one node.
const MOST_STEPS: usize = 1 << 19;

/// The result of comparing two rules.
#[derive(Clone)]
pub(super) struct Compared {
    pub(super) relation: Relation,
    pub(super) newly: Vec<String>,
    pub(super) no_longer: Vec<String>,
}

fn relation_of(comparison: &mut Comparison<'_>) -> Option<Relation> {
    let (first, second) = (comparison.first, comparison.second);
    let (no_longer, newly) = (comparison.only(first, second)?, comparison.only(second, first)?);
    Some(match (no_longer.is_never(), newly.is_never()) {
        (true, true) => Relation::Same,
        (true, false) => Relation::Wider,
        (false, true) => Relation::Narrower,
        (false, false) => Relation::Neither,
    })
}

fn newly_of(comparison: &mut Comparison<'_>) -> Option<Vec<String>> {
    callers::only(comparison, comparison.second, comparison.first)
}

fn no_longer_of(comparison: &mut Comparison<'_>) -> Option<Vec<String>> {
    callers::only(comparison, comparison.first, comparison.second)
}
