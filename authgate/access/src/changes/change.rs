use std::fmt;

use super::Judged;
use crate::lock::{Access, RouteLine};

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
    /// Other callers are let in, or it cannot be told whether they are, or they are told otherwise: by two policies, where
    /// what is refused is concealed and was not, from public to ungated.
    Changed,
    /// More callers are let in.
    Widened,
    /// Nobody is asked any more who he is; or nobody is, by a new route.
    NewlyPublic,
}

impl Verdict {
    /// All of them, the worst first.
    pub const ALL: [Self; 7] =
        [Self::NewlyPublic, Self::Widened, Self::Changed, Self::New, Self::Narrowed, Self::Gone, Self::Same];

    /// In one word, for options and identifiers: `newly-public`, `same-meaning`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NewlyPublic => "newly-public",
            Self::Widened => "widened",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Narrowed => "narrowed",
            Self::Gone => "gone",
            Self::Same => "same-meaning",
        }
    }
}

/// As `NEWLY PUBLIC`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NewlyPublic => "NEWLY PUBLIC",
            Self::Widened => "WIDENED",
            Self::Changed => "CHANGED",
            Self::New => "NEW",
            Self::Narrowed => "NARROWED",
            Self::Gone => "GONE",
            Self::Same => "SAME MEANING",
        })
    }
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
    /// Who may now and might not before, in a few words each.
    pub newly: Vec<String>,
    /// Who might before and may not now.
    pub no_longer: Vec<String>,
    /// Whether it could be found out what the rules are to each other: else it is [`Verdict::Changed`], since they name too
    /// many rights together.
    pub is_decided: bool,
    /// The method and path of the line that took the requests before, if it was another.
    pub old_by: Option<(String, String)>,
    /// The method and path of the line that takes the requests now, if it is another.
    pub new_by: Option<(String, String)>,
    /// The line in the old lock, from one.
    pub old_line: Option<usize>,
    /// The line in the new lock, from one.
    pub new_line: Option<usize>,
}

impl Change {
    pub(super) fn new(verdict: Verdict, old: Option<&RouteLine>, new: Option<&RouteLine>) -> Self {
        let name = |line: &RouteLine| (line.method().to_owned(), line.path().to_owned());
        // With two lines that are not of one route, the route is the one that is new, or gone.
        let (method, path) = new.or(old).map(name).unwrap_or_default();
        Self {
            verdict,
            method,
            path,
            old: old.map(|line| line.access().clone()),
            new: new.map(|line| line.access().clone()),
            newly: Vec::new(),
            no_longer: Vec::new(),
            is_decided: true,
            old_by: None,
            new_by: None,
            old_line: old.and_then(RouteLine::line),
            new_line: new.and_then(RouteLine::line),
        }
    }

    pub(super) fn with(self, judged: Judged) -> Self {
        Self { newly: judged.newly, no_longer: judged.no_longer, is_decided: judged.is_decided, ..self }
    }

    /// Tells of the old line that it was of another route.
    pub(super) fn before_by(mut self, old: &RouteLine) -> Self {
        self.old_by = Some((old.method().to_owned(), old.path().to_owned()));
        self
    }

    /// Tells of the new line that it is of another route, and that this route is the old line's.
    pub(super) fn now_by(mut self, old: &RouteLine) -> Self {
        let (method, path) = (old.method().to_owned(), old.path().to_owned());
        self.new_by =
            Some((std::mem::replace(&mut self.method, method), std::mem::replace(&mut self.path, path)));
        self
    }
}
