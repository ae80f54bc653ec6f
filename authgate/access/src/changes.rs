//! What has changed between two locks, told by what it means.
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
//! # What is compared with what
//!
//! Routes are the same by [`RouteLine::key`](super::lock::RouteLine::key): whatever a path's parameters are called. A new
//! route is compared with what its requests met before: with the `GET` of the path where it is a `HEAD`, with the `*` of
//! the path, or with what took all that is below a path above it. A route that is gone is compared with what takes its
//! requests now, in the same way. Where it is not certain that those were the same requests -- the path above it takes some
//! methods only, or is the very path -- that counts only where it is worse than a new route. What another path's parameter
//! happened to match (`/reports/{id}` for a new `/reports/export`) was nothing that was there, and the fallbacks (`404` and
//! `405`) are not either.
//!
//! What is compared is decided as [`meaning`](super::meaning) has it. A reason that is another is no change of meaning.

mod before;
mod change;
mod markdown;
mod sarif;
mod text;

use std::collections::{BTreeMap, HashMap};

pub use change::{Change, Verdict};

use super::lock::{Access, Lock, RightLine, RouteLine};
use super::meaning::{Compared, Meaning, Relation};
use crate::Rule;
use before::Lines;

/// What has changed between two locks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    rights: Vec<(Option<RightLine>, Option<RightLine>)>,
    no_longer_waived: Vec<Rule>,
    routes: Vec<Change>,
}

impl Changes {
    /// What has changed.
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

    /// The routes whose line has changed, or whose meaning has by what the rights imply: the worst first, and then by path.
    #[must_use]
    pub fn routes(&self) -> &[Change] {
        &self.routes
    }

    /// The rights that have changed: as they were, and as they are.
    pub fn rights(&self) -> impl Iterator<Item = (Option<&RightLine>, Option<&RightLine>)> {
        self.rights.iter().map(|(old, new)| (old.as_ref(), new.as_ref()))
    }

    /// What routes of the old lock waived and none of the new does. Whether the gate still asks it of everybody, a lock
    /// cannot tell; that it does is what the routes are compared by, so each of these counts as [`Verdict::Changed`].
    #[must_use]
    pub fn no_longer_waived(&self) -> &[Rule] {
        &self.no_longer_waived
    }

    /// The verdicts of all that has changed, each as often as it was given.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let of_routes = self.routes.iter().map(|change| change.verdict);
        of_routes.chain(self.no_longer_waived.iter().map(|_| Verdict::Changed))
    }

    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Option<Verdict> {
        self.verdicts().max()
    }

    /// Whether nothing has changed that has to be told: neither a route nor a right.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.rights.is_empty() && self.no_longer_waived.is_empty()
    }
}

/// The right lines that differ, the old lock's order first.
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

/// What two accesses are to each other.
#[derive(Clone)]
struct Judged {
    verdict: Verdict,
    newly: Vec<String>,
    no_longer: Vec<String>,
    is_decided: bool,
}

struct Judge<'a> {
    old: Lines<'a>,
    new: Lines<'a>,
    /// Whether one text means one thing in both locks.
    same: bool,
    meaning: Meaning<'a>,
    /// What was found out of two texts.
    known: HashMap<(String, String), Judged>,
    steps_left: usize,
}

impl<'a> Judge<'a> {
    /// What became of a line of the new lock; nothing, if nothing did.
    fn of_new(&mut self, line: &'a RouteLine) -> Option<Change> {
        if let Some(old) = self.old.get(line) {
            let judged = self.judge(old.access(), line.access());
            let is_same = judged.verdict == Verdict::Same && old.access() == line.access();
            return (!is_same).then(|| Change::new(judged.verdict, Some(old), Some(line)).with(judged));
        }
        let alone = if line.access().is_open() { Verdict::NewlyPublic } else { Verdict::New };
        let mut change = Change::new(alone, None, Some(line));
        if alone == Verdict::NewlyPublic {
            change.newly.push("anybody".to_owned());
        }
        let before = self.old.before(line);
        for old in before.lines {
            let judged = self.judge(old.access(), line.access());
            if judged.verdict > change.verdict || before.is_sure && change.old.is_none() {
                change = Change::new(judged.verdict, Some(old), Some(line)).with(judged).before_by(old);
            }
        }
        Some(change)
    }

    /// What became of a line of the old lock that the new one has not.
    fn gone(&mut self, line: &'a RouteLine) -> Option<Change> {
        if self.new.get(line).is_some() {
            return None;
        }
        let now = self.new.before(line);
        let now = if now.is_sure { now.lines } else { Vec::new() };
        let mut change: Option<Change> = None;
        for new in now {
            let judged = self.judge(line.access(), new.access());
            if change.as_ref().is_none_or(|change| judged.verdict > change.verdict) {
                change = Some(Change::new(judged.verdict, Some(line), Some(new)).with(judged).now_by(line));
            }
        }
        Some(change.unwrap_or_else(|| Change::new(Verdict::Gone, Some(line), None)))
    }

    fn judge(&mut self, old: &'a Access, new: &'a Access) -> Judged {
        if self.same && old == new {
            return Judged {
                verdict: Verdict::Same,
                newly: Vec::new(),
                no_longer: Vec::new(),
                is_decided: true,
            };
        }
        let key = (old.to_string(), new.to_string());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let Compared { relation, newly, no_longer } = self.meaning.compared(old, new, &mut self.steps_left);
        let is_decided = relation != Relation::TooLarge;
        let judged = Judged { verdict: verdict(old, new, relation), newly, no_longer, is_decided };
        self.known.insert(key, judged.clone());
        judged
    }
}

/// How many steps all comparisons take together, so that a diff ends, whatever the locks are.
const MOST_STEPS: usize = 1 << 24;

fn verdict(old: &Access, new: &Access, relation: Relation) -> Verdict {
    let conceals = |access: &Access| matches!(access, Access::Authorized { conceal: true, .. });
    let is_public = |access: &Access| matches!(access, Access::Public { .. });
    match relation {
        _ if new.is_open() && !old.is_open() => Verdict::NewlyPublic,
        _ if old.is_open() && !new.is_open() => Verdict::Narrowed,
        _ if is_public(old) != is_public(new) || conceals(old) != conceals(new) => Verdict::Changed,
        Relation::Same => Verdict::Same,
        Relation::Wider => Verdict::Widened,
        Relation::Narrower => Verdict::Narrowed,
        Relation::Neither | Relation::TooLarge => Verdict::Changed,
    }
}
