//! The differences between two locks, by their meaning.
//!
//! ```
//! use authgate::access::changes::{Changes, Verdict};
//! use authgate::access::lock::Lock;
//!
//! let rights = "access.lock v1\nrole editor\nrole admin > editor\n";
//! let old = Lock::parse(&format!("{rights}DELETE /reports/{{id}} role:admin\n"))?;
//! let new = Lock::parse(&format!("{rights}DELETE /reports/{{id}} role:editor\n"))?;
//! let changes = Changes::between(&old, &new);
//! assert_eq!(changes.worst(), Some(Verdict::Widened));
//! assert_eq!(
//!     changes.to_string(),
//!     "WIDENED DELETE /reports/{id}  role:admin -> role:editor (+editor)\n",
//! );
//! # Ok::<(), authgate::access::lock::LockError>(())
//! ```
//!
//! # Compared lines
//!
//! Two lines describe the same route if their [`RouteLine::key`](super::lock::RouteLine::key) is
//! equal. The names of path parameters do not matter.
//!
//! A new route is compared with the line that answered its requests before:
//!
//! - the `GET` of the path, for a `HEAD`,
//! - the `*` of the path,
//! - a line for all paths below another, `/files/{*}`.
//!
//! A removed route is compared in the same way with the line that answers its requests now. If it
//! is not certain that both lines answer the same requests, the comparison counts only if it is
//! worse than a new route. Examples are a line above that answers some methods only, or that has
//! the same path. A path parameter that happens to match (`/reports/{id}` for a new
//! `/reports/export`) does not count. Fallbacks (`404` and `405`) do not count either.
//!
//! [`meaning`](super::meaning) decides the comparison. A changed reason does not change the
//! meaning.

mod before;
mod change;
mod formats;

use std::collections::{BTreeMap, HashMap};

pub use change::{Change, Verdict};

use super::lock::{Access, Lock, RightLine, RouteLine};
use super::meaning::{Compared, Meaning, Relation};
use crate::Rule;
use before::Lines;

/// The differences between two locks.
///
/// # Examples
///
/// ```
/// use authgate::access::changes::Changes;
/// use authgate::access::lock::Lock;
///
/// let old = Lock::parse("access.lock v1\nGET /me authenticated User\n")?;
/// let new = Lock::parse("access.lock v1\nGET /me public \"why not\"\n")?;
/// let changes = Changes::between(&old, &new);
/// assert!(changes.to_string().starts_with("NEWLY PUBLIC GET /me"));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    rights: Vec<(Option<RightLine>, Option<RightLine>)>,
    no_longer_waived: Vec<Rule>,
    routes: Vec<Change>,
}

impl Changes {
    /// Compares two locks.
    #[must_use]
    pub fn between(old: &Lock, new: &Lock) -> Self {
        let rights = rights(old, new);
        let meaning = Meaning::between(old, new);
        let mut judge = Judge {
            old: Lines::of(old),
            new: Lines::of(new),
            same: meaning.is_same(),
            meaning,
            known: HashMap::new(),
            steps_left: MOST_STEPS,
        };
        let mut routes: Vec<_> = new.routes().iter().filter_map(|line| judge.of_new(line)).collect();
        routes.extend(old.routes().iter().filter_map(|line| judge.gone(line)));
        routes.sort_by(|one, other| {
            other
                .verdict
                .cmp(&one.verdict)
                .then_with(|| one.path.cmp(&other.path))
                .then_with(|| one.method.cmp(&other.method))
        });
        let no_longer_waived = judge.meaning.no_longer_waived().cloned().collect();
        Self { rights, no_longer_waived, routes }
    }

    /// Returns the routes whose line changed, or whose meaning changed with the implied rights. The
    /// worst come first, then by path.
    #[must_use]
    pub fn routes(&self) -> &[Change] {
        &self.routes
    }

    /// Returns the changed rights, old and new.
    pub fn rights(&self) -> impl Iterator<Item = (Option<&RightLine>, Option<&RightLine>)> {
        self.rights.iter().map(|(old, new)| (old.as_ref(), new.as_ref()))
    }

    /// Returns the requirements that only routes of the old lock waive.
    ///
    /// A lock does not show whether the gate still has such a requirement. The comparison of the
    /// routes assumes that it does, so each of these counts as [`Verdict::Changed`].
    #[must_use]
    pub fn no_longer_waived(&self) -> &[Rule] {
        &self.no_longer_waived
    }

    /// Returns the verdict of each change.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let of_routes = self.routes.iter().map(|change| change.verdict);
        of_routes.chain(self.no_longer_waived.iter().map(|_| Verdict::Changed))
    }

    /// Returns the worst verdict.
    #[must_use]
    pub fn worst(&self) -> Option<Verdict> {
        self.verdicts().max()
    }

    /// Returns `true` if neither a route nor a right changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.rights.is_empty() && self.no_longer_waived.is_empty()
    }
}

/// Returns the lines of rights that differ, in the order of the old lock, then of the new one.
fn rights(old: &Lock, new: &Lock) -> Vec<(Option<RightLine>, Option<RightLine>)> {
    fn by_key(lock: &Lock) -> BTreeMap<(String, String), &RightLine> {
        lock.rights().iter().map(|right| (right.key(), right)).collect()
    }
    let (before, now) = (by_key(old), by_key(new));
    let changed = old.rights().iter().filter_map(|right| {
        let new = now.get(&right.key()).copied();
        (new != Some(right)).then(|| (Some(right.clone()), new.cloned()))
    });
    let added = new.rights().iter().filter(|right| !before.contains_key(&right.key()));
    changed.chain(added.map(|right| (None, Some(right.clone())))).collect()
}

struct Judge<'a> {
    old: Lines<'a>,
    new: Lines<'a>,
    /// `true` if equal texts have equal meanings in both locks.
    same: bool,
    meaning: Meaning<'a>,
    /// The results so far, by the two texts.
    known: HashMap<(String, String), Compared>,
    steps_left: usize,
}

impl<'a> Judge<'a> {
    /// Returns the change of a line of the new lock.
    fn of_new(&mut self, line: &'a RouteLine) -> Option<Change> {
        if let Some(old) = self.old.get(line) {
            let change = self.change(old, line);
            let is_same = change.verdict == Verdict::Same && old.access() == line.access();
            return (!is_same).then_some(change);
        }
        let alone = if line.access().is_open() { Verdict::NewlyPublic } else { Verdict::New };
        let mut change = Change::new(alone, None, Some(line));
        if alone == Verdict::NewlyPublic {
            change.newly.push("any caller".to_owned());
        }
        let before = self.old.before(line);
        for old in before.lines {
            let compared = self.change(old, line);
            if compared.verdict > change.verdict || before.is_sure && change.old.is_none() {
                change = compared.before_by(old);
            }
        }
        Some(change)
    }

    /// Returns the change of a line that only the old lock has.
    fn gone(&mut self, line: &'a RouteLine) -> Option<Change> {
        if self.new.get(line).is_some() {
            return None;
        }
        let now = self.new.before(line);
        let now = if now.is_sure { now.lines } else { Vec::new() };
        let mut change: Option<Change> = None;
        for new in now {
            let compared = self.change(line, new);
            if change.as_ref().is_none_or(|change| compared.verdict > change.verdict) {
                change = Some(compared.now_by(line));
            }
        }
        Some(change.unwrap_or_else(|| Change::new(Verdict::Gone, Some(line), None)))
    }

    /// Compares two lines.
    fn change(&mut self, old: &'a RouteLine, new: &'a RouteLine) -> Change {
        let Compared { relation, newly, no_longer } = self.compared(old.access(), new.access());
        let verdict = verdict(old.access(), new.access(), relation);
        let is_decided = relation != Relation::TooLarge;
        Change { newly, no_longer, is_decided, ..Change::new(verdict, Some(old), Some(new)) }
    }

    fn compared(&mut self, old: &'a Access, new: &'a Access) -> Compared {
        if self.same && old == new {
            return Compared { relation: Relation::Same, newly: Vec::new(), no_longer: Vec::new() };
        }
        let key = (old.to_string(), new.to_string());
        let compared = || self.meaning.compared(old, new, &mut self.steps_left);
        self.known.entry(key).or_insert_with(compared).clone()
    }
}

/// The maximum number of steps of all comparisons, so that hostile locks cannot exhaust the CPU.
const MOST_STEPS: usize = 1 << 24;

fn verdict(old: &Access, new: &Access, relation: Relation) -> Verdict {
    let is_public = |access: &Access| matches!(access, Access::Public { .. });
    match relation {
        _ if new.is_open() && !old.is_open() => Verdict::NewlyPublic,
        _ if old.is_open() && !new.is_open() => Verdict::Narrowed,
        _ if is_public(old) != is_public(new) || old.conceals() != new.conceals() => Verdict::Changed,
        Relation::Same => Verdict::Same,
        Relation::Wider => Verdict::Widened,
        Relation::Narrower => Verdict::Narrowed,
        Relation::Neither | Relation::TooLarge => Verdict::Changed,
    }
}
