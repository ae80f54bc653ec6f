use std::fmt;

use crate::lock::{Access, RouteLine};

/// The effect of a change on a route. The greatest is the worst.
///
/// # Examples
///
/// ```
/// use authgate::access::changes::Verdict;
///
/// assert!(Verdict::NewlyPublic > Verdict::Widened);
/// assert_eq!(Verdict::NewlyPublic.id(), "newly-public");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The text changed, but the same callers are allowed.
    Same,
    /// The route no longer exists.
    Gone,
    /// Fewer callers are allowed.
    Narrowed,
    /// The route is new and requires authentication.
    New,
    /// Other callers are allowed, the two rules cannot be compared, or denials differ. Examples are
    /// two policies, a new `conceal`, and a public route that becomes ungated.
    Changed,
    /// More callers are allowed.
    Widened,
    /// The route no longer requires authentication, or is new and requires none.
    NewlyPublic,
}

impl Verdict {
    /// All verdicts, the worst first.
    pub const ALL: [Self; 7] =
        [Self::NewlyPublic, Self::Widened, Self::Changed, Self::New, Self::Narrowed, Self::Gone, Self::Same];

    /// Returns the identifier: `newly-public`, `same-meaning`.
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

/// Formats the verdict in capitals: `NEWLY PUBLIC`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.id().replace('-', " ").to_uppercase())
    }
}

/// The change of the access to a route.
///
/// # Examples
///
/// ```
/// use authgate::access::changes::{Change, Verdict};
///
/// fn is_wider(change: &Change) -> bool {
///     matches!(change.verdict, Verdict::NewlyPublic | Verdict::Widened)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The effect.
    pub verdict: Verdict,
    /// The method, as in the lock.
    pub method: String,
    /// The path, as in the new lock. If the route is gone, as in the old lock.
    pub path: String,
    /// The old access.
    pub old: Option<Access>,
    /// The new access.
    pub new: Option<Access>,
    /// The newly allowed callers, in a few words each.
    pub newly: Vec<String>,
    /// The callers that are no longer allowed.
    pub no_longer: Vec<String>,
    /// `false` if the two rules name too many rights to be compared. The verdict is
    /// [`Verdict::Changed`] then.
    pub is_decided: bool,
    /// The method and path of the line that answered the requests before, if it was for another
    /// route.
    pub old_by: Option<(String, String)>,
    /// The method and path of the line that answers the requests now, if it is for another route.
    pub new_by: Option<(String, String)>,
    /// The line in the old lock, from one.
    pub old_line: Option<usize>,
    /// The line in the new lock, from one.
    pub new_line: Option<usize>,
}

impl Change {
    pub(super) fn new(verdict: Verdict, old: Option<&RouteLine>, new: Option<&RouteLine>) -> Self {
        // If the lines are for two routes, the change is about the new or removed one.
        let (method, path) = new.or(old).map(name_of).unwrap_or_default();
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

    /// Records that the old line was for another route.
    pub(super) fn before_by(mut self, old: &RouteLine) -> Self {
        self.old_by = Some(name_of(old));
        self
    }

    /// Records that the new line is for another route. The change is about the route of the old
    /// line.
    pub(super) fn now_by(mut self, old: &RouteLine) -> Self {
        let (method, path) = name_of(old);
        self.new_by =
            Some((std::mem::replace(&mut self.method, method), std::mem::replace(&mut self.path, path)));
        self
    }
}

fn name_of(line: &RouteLine) -> (String, String) {
    (line.method().to_owned(), line.path().to_owned())
}
