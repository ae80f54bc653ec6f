//! What has changed between two locks, told by what it means.

use super::lock::{Access, Lock};

/// What a change of a route's access comes to. In order: the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Written in another way, and the same callers are let in.
    Same,
    /// The route is no more.
    Gone,
    /// Fewer callers are let in.
    Narrowed,
    /// A route that was not there, and that asks for something.
    New,
    /// Other callers are let in, or it cannot be told whether they are, or they are told otherwise.
    Changed,
    /// More callers are let in.
    Widened,
    /// Nobody is asked any more who he is; or nobody is, by a new route.
    NewlyPublic,
}

/// What became of the access to a route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What it comes to.
    pub verdict: Verdict,
    /// The method, as the lock has it.
    pub method: String,
    /// The path, as the new lock has it; of a route that is gone, the old.
    pub path: String,
    /// Who might call before.
    pub old: Option<Access>,
    /// Who may call now.
    pub new: Option<Access>,
    /// Who may now and might not before.
    pub newly: Vec<String>,
    /// Who might before and may not now.
    pub no_longer: Vec<String>,
}

/// What has changed between two locks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    routes: Vec<Change>,
}

impl Changes {
    /// What has changed.
    #[must_use]
    pub fn between(_old: &Lock, _new: &Lock) -> Self {
        Self::default()
    }

    /// The routes whose line has changed, or whose meaning has by what the rights imply: in the order of the new lock, with
    /// those that are gone where they were.
    #[must_use]
    pub fn routes(&self) -> &[Change] {
        &self.routes
    }
}
