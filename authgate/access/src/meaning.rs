//! What a rule means: which callers it lets in, and whether another lets in more of them.
//!
//! Two rules are compared by what they mean, decided exactly, and not by their text. A caller is what he has been *given*:
//! roles, scopes and permissions of his own (any of them together, also within a tenant), one scheme, one type of principal,
//! the age of his login, one `acr`, several `amr`; and a policy, or a requirement of the application's own, says yes or no to
//! him, whatever else he has. What follows from what he was given is said by each lock's own rights, so that a rule that
//! stays as it is lets in others where the hierarchy changes.
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
//! # What a lock does not say
//!
//! - Of which type a caller is, where it names none: such a rule is compared as if it were of the other's. Where all lines of
//!   a lock that name a type name the same, it is of that.
//! - What the gate asks of everybody, but where it is waived. What one of the two locks waives is taken to be asked by both
//!   gates, on every route that asks anything and does not waive it.
//! - Which principals have permissions of their own: all are taken to.
//!
//! # The bound
//!
//! Rules become binary decision diagrams. One comparison takes at most 2<sup>19</sup> nodes and 1,024 things that a caller
//! can have been given; what takes more is [`Relation::TooLarge`], and never taken to be the same. Rules of twenty different
//! rights stay far below, and so do those of hundreds that name each once.

mod callers;
mod comparison;
mod diagram;
mod variable;
mod side;

use super::lock::{Access, Lock};
use crate::Rule;
use comparison::Comparison;
use side::Side;

/// How the callers whom one rule lets in are related to those whom another does.
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
    /// They are the same.
    Same,
    /// The second lets in all of the first's, and more.
    Wider,
    /// The second lets in some of the first's, and no others.
    Narrower,
    /// Each lets in somebody whom the other does not.
    Neither,
    /// It takes too much to find out.
    TooLarge,
}

/// How the callers whom the second rule lets in are related to those of the first, each under its own lock.
///
/// For many comparisons, make one [`Meaning`].
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

/// Whom the second rule lets in and the first does not, as [`Meaning::newly`] has it.
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

/// Whether there can be a caller whom the rule lets in; `None` where it takes too much to find out.
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

/// What the rules of two locks, or of one, mean: for many comparisons.
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
    /// What a gate is known to ask of everybody.
    asked: Vec<&'a Rule>,
}

impl<'a> Meaning<'a> {
    /// Reads what follows from what in both.
    #[must_use]
    pub fn between(first: &'a Lock, second: &'a Lock) -> Self {
        let mut asked: Vec<_> = side::waived(first).chain(side::waived(second)).collect();
        asked.sort();
        asked.dedup();
        Self { first: Side::of(first), second: Side::of(second), asked }
    }

    /// Whether rules that are written alike mean the same in both locks, whatever they are.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.first.lock.rights() == self.second.lock.rights()
            && self.first.only_type() == self.second.only_type()
    }

    /// What the first lock waives somewhere, and the second nowhere.
    pub fn no_longer_waived(&self) -> impl Iterator<Item = &'a Rule> {
        let now: Vec<_> = side::waived(self.second.lock).collect();
        let mut before: Vec<_> = side::waived(self.first.lock).filter(|rule| !now.contains(rule)).collect();
        before.sort();
        before.dedup();
        before.into_iter()
    }

    /// How the callers whom a rule of the second lock lets in are related to those of one of the first.
    #[must_use]
    pub fn relation(&self, first: &Access, second: &Access) -> Relation {
        let mut comparison = Comparison::of(self, first, second, MOST_STEPS);
        comparison.as_mut().and_then(relation_of).unwrap_or(Relation::TooLarge)
    }

    /// Whom a rule of the second lock lets in and one of the first does not: the callers who have been given least, in a few
    /// words each. At most four, and then how many more there are. None where it takes too much to find out.
    #[must_use]
    pub fn newly(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS).as_mut().and_then(callers::newly).unwrap_or_default()
    }

    /// Whom a rule of the first lock lets in and one of the second does not, in the same way.
    #[must_use]
    pub fn no_longer(&self, first: &Access, second: &Access) -> Vec<String> {
        Comparison::of(self, first, second, MOST_STEPS)
            .as_mut()
            .and_then(callers::no_longer)
            .unwrap_or_default()
    }

    /// All three at once, with no more steps than there are left.
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

    /// Whether there can be a caller whom a rule of the second lock lets in; `None` where it takes too much to find out.
    #[must_use]
    pub fn is_possible(&self, access: &Access) -> Option<bool> {
        Comparison::of(self, access, access, MOST_STEPS).map(|comparison| !comparison.second.is_never())
    }
}

/// How many steps one comparison takes at most; each makes at most one node.
const MOST_STEPS: usize = 1 << 19;

/// What two rules are to each other.
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
