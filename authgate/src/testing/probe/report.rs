use std::fmt;
use std::time::Duration;

/// The result of a probe.
///
/// # Examples
///
/// ```
/// use authgate::testing::Report;
///
/// fn summary(report: &Report) -> String {
///     format!("{} requests to {} routes", report.requests(), report.routes())
/// }
/// ```
#[must_use = "a report has no effect unless it is checked: `.assert_clean()`"]
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(super) lock: String,
    pub(super) routes: usize,
    pub(super) requests: usize,
    pub(super) failures: Vec<Failure>,
    /// `true` if a layer keeps challenges from scripts of other origins.
    pub(super) hides_challenges: bool,
    pub(super) took: Duration,
}

const HIDDEN_CHALLENGES: &str = "a CORS layer hides `WWW-Authenticate` from scripts of other origins, so that they cannot \
    read the challenge of a 401: add `.expose_headers([WWW_AUTHENTICATE])` to it";

/// A difference between the router and the lock.
///
/// # Examples
///
/// ```
/// use authgate::testing::Report;
///
/// fn print(report: &Report) {
///     for failure in report.failures() {
///         println!("{}: {} got {}", failure.route(), failure.who(), failure.got());
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) route: String,
    pub(super) source: String,
    pub(super) who: String,
    pub(super) expected: String,
    pub(super) got: String,
}

impl Failure {
    /// Creates a failure that is not about a route.
    pub(super) fn of(who: String, expected: &str, got: &str) -> Self {
        let (expected, got) = (expected.to_owned(), got.to_owned());
        Self { route: String::new(), source: String::new(), who, expected, got }
    }

    /// Returns `true` if both describe the same difference on the same route.
    fn is_like(&self, other: &Self) -> bool {
        (&self.route, &self.source, &self.expected, &self.got)
            == (&other.route, &other.source, &other.expected, &other.got)
    }

    /// Returns the route as the lock writes it: method, path and access. Empty if the failure is
    /// not about a route.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// Returns the source location of the route. Empty if it is unknown.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns a description of the caller.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Returns the outcome that the lock states.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the actual outcome.
    #[must_use]
    pub fn got(&self) -> &str {
        &self.got
    }
}

impl Report {
    /// Returns the number of routes that were probed.
    #[must_use]
    pub const fn routes(&self) -> usize {
        self.routes
    }

    /// Returns the number of requests that were sent.
    #[must_use]
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// Returns the differences from the lock.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Returns what the probe noticed that the lock does not state. It is not a failure.
    ///
    /// A CORS layer that does not expose `WWW-Authenticate` leaves scripts of other origins without
    /// the challenge of a 401.
    pub fn warnings(&self) -> impl Iterator<Item = &'static str> {
        self.hides_challenges.then_some(HIDDEN_CHALLENGES).into_iter()
    }

    /// Asserts that every route admits and denies callers as the lock states. Prints the
    /// [`warnings`](Self::warnings).
    ///
    /// # Panics
    ///
    /// Panics with the report if a route does not, or if no route was probed.
    #[track_caller]
    #[expect(clippy::print_stderr, reason = "tests have no other place for a warning")]
    pub fn assert_clean(&self) {
        assert!(self.failures.is_empty() && self.routes > 0, "{self}");
        for warning in self.warnings() {
            eprintln!("warning: {warning}");
        }
    }
}

/// Writes the failures by route, and the counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lock, routes, requests, failures, took, .. } = self;
        let mut last = None;
        for group in failures.chunk_by(Failure::is_like) {
            let Some(first) = group.first() else { continue };
            if first.route.is_empty() {
                writeln!(f, "{}\n    expected {}, got: {}", names(group), first.expected, first.got)?;
                continue;
            }
            if last != Some(&first.route) {
                let source =
                    if first.source.is_empty() { String::new() } else { format!("   ({})", first.source) };
                writeln!(f, "{}{source}", first.route)?;
                last = Some(&first.route);
            }
            writeln!(f, "    expected {}, got {}: {}", first.expected, first.got, names(group))?;
        }
        if !failures.is_empty() {
            writeln!(f)?;
        }
        for warning in self.warnings() {
            writeln!(f, "warning: {warning}")?;
        }
        write!(f, "{requests} requests to {routes} routes in {took:.1?}: ")?;
        match failures.len() {
            0 if *routes == 0 => {
                write!(f, "neither the router nor {lock} has a route, so the probe tested nothing")
            }
            0 => write!(f, "all responses match {lock}"),
            count => write!(f, "{count} responses differ from {lock}"),
        }
    }
}

/// Returns the callers of a group with the same failure. At most three are named.
fn names(group: &[Failure]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<_> = group.iter().take(SHOWN).map(Failure::who).collect();
    match group.len().saturating_sub(SHOWN) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

impl Report {
    pub(super) fn without_lock(mut self, error: &str) -> Self {
        self.failures.push(Failure::of("the lock".to_owned(), "a reviewed lock", error));
        self
    }

    /// Reports a principal that cannot be constructed, once per principal type.
    pub(super) fn unmade<T>(&mut self, principal: &impl fmt::Display, error: &str) -> Option<T> {
        let failure = Failure::of(format!("every `{principal}`"), "a sample", error);
        if !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
        None
    }
}
