//! Sends each caller to each route, and compares the outcomes with the lock.

mod alike;
mod said;

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, StatusCode};

use super::Probe;
use super::asking::{Outcome, ask};
use super::callers::{self, Caller, EVERYTHING, Good, Known, Presents};
use super::expected::{Case, Expected, could_not_decide};
use super::report::{Failure, Report};
use super::target::Target;
use crate::access::{Kind, Route};
use crate::router::Entry;
use crate::testing::locked::in_package;
use crate::testing::stage::AnyReplacementGate;
use authgate_access::lock::{Access, Lock, RouteLine, Writer};

pub(super) async fn run<S: Clone + Send + Sync + 'static>(probe: Probe<S>) -> Report {
    let Probe { router, state, lock: file, paths, missing, samples } = probe;
    let mut report = Report { lock: file.display().to_string(), ..Report::default() };
    let text = fs::read_to_string(in_package(&file)).map_err(|error| error.to_string());
    let lock = match text.and_then(|text| Lock::parse(&text).map_err(|error| error.to_string())) {
        Ok(lock) => lock,
        Err(error) => return report.without_lock(&error),
    };
    let table = router.access();
    let entries: Vec<_> = router.routes.iter().map(|entry| entry.clone().with_state(&state)).collect();
    let app = router.with_state(state);
    let names = Writer::of(&table);
    let mut judge = Judge {
        lock: &lock,
        names: &names,
        app: &app,
        routes: table.routes(),
        entries: &entries,
        paths: &paths,
        missing: &missing,
        samples: samples.values().map(|sample| &**sample as Sample<'_>).collect(),
        stages: BTreeMap::new(),
        numbers: HashMap::new(),
        is_silent: false,
        silent: 0,
        report: &mut report,
    };
    let own = table.lock();
    for line in lock.routes() {
        if !own.routes().iter().any(|other| other.key() == line.key()) {
            judge.fail(line, None, "all callers", "the route in the lock", "no route in the router");
        }
    }
    judge.report_unknown_paths();
    let lines: Lines<'_> = lock.routes().iter().map(|line| (line.key(), line)).collect();
    let own: HashMap<_, _> = own.routes().iter().map(|line| (line.key(), line)).collect();
    for route in &entries {
        let key = RouteLine::key_of(route.method(), &route.shown_path());
        let Some(now) = own.get(&key) else { continue };
        match lines.get(&key) {
            Some(line) => judge.route(route, line, now, &lines).await,
            None => {
                judge.fail(now, Some(route), "all callers", "no route in the lock", "a route in the router");
            }
        }
    }
    report
}

/// The routes of the lock by their keys.
type Lines<'a> = HashMap<(String, String), &'a RouteLine>;

/// The test's sample of a principal.
type Sample<'a> = &'a (dyn Any + Send + Sync);

struct Judge<'a> {
    lock: &'a Lock,
    names: &'a Writer,
    app: &'a axum::Router,
    routes: &'a [Route],
    entries: &'a [Entry],
    paths: &'a BTreeMap<String, String>,
    missing: &'a BTreeMap<String, String>,
    samples: Vec<Sample<'a>>,
    /// The stages, by the gate that each replaces.
    stages: BTreeMap<usize, Arc<dyn AnyReplacementGate>>,
    /// The callers that a stage already has, by their rights and login.
    numbers: HashMap<(usize, String), usize>,
    /// Is `true` if the current route did not respond once. It gets no more requests.
    is_silent: bool,
    /// The number of routes that did not respond.
    silent: usize,
    report: &'a mut Report,
}

/// The number of routes without a response after which the probe gives up.
const SILENT: usize = 3;

impl<'a> Judge<'a> {
    fn fail(&mut self, line: &RouteLine, route: Option<&Route>, who: &str, expected: &str, got: &str) {
        let source = route.map(|route| format!("{}:{}", route.location().file(), route.location().line()));
        self.report.failures.push(Failure {
            route: line.to_string(),
            source: source.unwrap_or_default(),
            who: who.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
        });
    }

    async fn route(&mut self, route: &Entry, line: &RouteLine, now: &RouteLine, lines: &Lines<'_>) {
        self.report.routes += 1;
        self.is_silent = false;
        if self.silent >= SILENT {
            let got = format!("skipped, because {SILENT} routes did not respond");
            return self.fail(line, Some(route), "all callers", "a response", &got);
        }
        let (committed, principals) = (principals(line.access()), principals(now.access()));
        let stated = !committed.is_empty() && !principals.is_empty();
        if stated && committed != principals {
            let expected = format!("as {}", committed.join(" or "));
            let got = format!("as {}", principals.join(" or "));
            self.fail(line, Some(route), "all callers", &expected, &got);
        }
        // A nested router cannot be stopped before its handlers run.
        if matches!(now.access(), Access::Ungated { .. }) {
            if !matches!(line.access(), Access::Ungated { .. }) {
                self.fail(line, Some(route), "all callers", "a gate", "no gate");
            }
            return;
        }
        let target = Target::of(route, self.routes, self.paths, self.missing);
        for path in [&target.path, &target.missing] {
            // With an invalid path, no request would be sent and no failure found.
            if target.request(&target.method, path).is_none() {
                return self.fail(line, Some(route), "all callers", "a path, as `/reports/7`", path);
            }
        }
        let stages = route.gate.staged().iter().cloned();
        let stages: Vec<_> =
            stages.map(|stage| Arc::clone(self.stages.entry(stage.identity()).or_insert(stage))).collect();
        let mut sides = Vec::new();
        for stage in &stages {
            // A lock with other principals is reported above.
            let Some(side) = self.side(line, &**stage) else { return };
            sides.push((&**stage, self.effective_access(side, Some(&**stage), lines)));
        }
        let accepted = accepted_schemes(&sides);
        if sides.is_empty() {
            // According to the router, this route does not authenticate callers.
            let access = line.access();
            let case = Case { route, line, access, target: &target, stages: &stages, accepted: &accepted };
            let expected = if access.is_open() { Expected::Admitted } else { Expected::ANONYMOUS };
            self.anonymous(&case, "anonymous", expected, &target.method, &target.path).await;
        }
        for (stage, access) in &sides {
            let case = Case { route, line, access, target: &target, stages: &stages, accepted: &accepted };
            self.unknown(&case, *stage).await;
            self.known(&case, *stage).await;
        }
    }

    /// Sends the callers without a valid credential.
    async fn unknown(&mut self, case: &Case<'_>, stage: &dyn AnyReplacementGate) {
        let Case { route, target, .. } = *case;
        let anonymous = if case.access.is_open() { Expected::Admitted } else { Expected::ANONYMOUS };
        for caller in callers::unknown(stage) {
            let expected = match &caller.presents {
                _ if case.access.is_open() => Expected::Admitted,
                Presents::Garbage(fields) if fields.len() > 1 => Expected::Ambiguous,
                Presents::Garbage(_) => Expected::Unknown { error: None },
                Presents::Flawed { scheme, .. } => {
                    let name = stage.schemes().get(*scheme).map_or("", |scheme| scheme.name);
                    Expected::Unknown { error: Some(case.accepts(name)) }
                }
                _ => Expected::ANONYMOUS,
            };
            let request = self.request(case, Some(stage), &caller, &target.method, &target.path);
            self.ask(case, &caller, expected, request).await;
        }
        // Repeat it with HEAD, and with a path that is not UTF-8.
        if target.method == Method::GET && route.kind() == Kind::Route && !self.has_head(route) {
            self.anonymous(case, "anonymous, by HEAD", anonymous, &Method::HEAD, &target.path).await;
        }
        if route.path().contains('{') {
            let (who, path) = ("anonymous, with a path that is not text", target.non_utf8_path(route));
            self.anonymous(case, who, anonymous, &target.method, &path).await;
        }
    }

    /// Sends a request without credentials.
    async fn anonymous(
        &mut self,
        case: &Case<'_>,
        who: &str,
        expected: Expected,
        method: &Method,
        path: &str,
    ) {
        let caller = Caller { who: who.to_owned(), presents: Presents::Nothing };
        let request = self.request(case, None, &caller, method, path);
        self.ask(case, &caller, expected, request).await;
    }

    fn has_head(&self, route: &Route) -> bool {
        self.routes.iter().any(|other| other.path() == route.path() && other.method() == "HEAD")
    }

    /// Returns the test's sample of the principal.
    fn sample_of(&self, stage: &dyn AnyReplacementGate) -> Option<&'a dyn Any> {
        let sample = self.samples.iter().copied().find(|sample| stage.given(*sample).is_some());
        sample.map(|sample| sample as &dyn Any)
    }

    /// Sends the authenticated callers.
    async fn known(&mut self, case: &Case<'_>, stage: &dyn AnyReplacementGate) {
        let Case { route, access, target, .. } = *case;
        let everybody = Known::of(stage, self.names, self.lock, access, target, self.sample_of(stage));
        let (mut found, mut hidden) = (None, Vec::<(Caller, Outcome)>::new());
        let reason = |outcome: &Outcome| outcome.denied().map(|denied| denied.real);
        for caller in everybody {
            let Presents::Good(good) = &caller.presents else { continue };
            let knows_login = stage.schemes().get(good.scheme).is_some_and(|scheme| scheme.knows_login);
            let expected = good.facts.judge(self.lock, access, knows_login);
            let Some(request) = self.request(case, Some(stage), &caller, &target.method, &target.path) else {
                return;
            };
            let Some(outcome) = self.ask(case, &caller, expected, Some(request)).await else { continue };
            let is_missing = case.is_missing(&outcome) && caller.who == EVERYTHING;
            let could_not_decide =
                matches!(expected, Expected::LeftToPolicies { .. }) && could_not_decide(reason(&outcome));
            if is_missing || could_not_decide {
                found = Some((caller.who.clone(), outcome.describe()));
            }
            // Keep one for each concealed reason: they arise at different steps, and their
            // responses could differ.
            let is_known = hidden.iter().any(|(_, other)| reason(other) == reason(&outcome));
            if !is_known && case.conceals() && outcome.is_denied_by(StatusCode::NOT_FOUND) {
                hidden.push((caller, outcome));
            }
        }
        if let Some((who, got)) = found {
            let write = format!(
                "a resource at {}: name an existing one, `.path({:?}, ..)`",
                target.path,
                route.path()
            );
            self.fail(case.line, Some(route), &who, &write, &got);
        }
        for (caller, outcome) in hidden {
            self.check_concealment(case, stage, &caller, &outcome).await;
        }
    }

    /// Sends a request, and reports an unexpected outcome. Returns `None` without an outcome to
    /// examine further.
    async fn ask(
        &mut self,
        case: &Case<'_>,
        caller: &Caller,
        expected: Expected,
        request: Option<Parts>,
    ) -> Option<Outcome> {
        let outcome = self.send(request?).await?;
        let wrong = match outcome.mark.reached() {
            Some(reached) if reached != case.route.location() => {
                Some(format!("the route at {}:{}", reached.file(), reached.line()))
            }
            _ => case.wrong(expected, &outcome),
        };
        let Some(wrong) = wrong else { return Some(outcome) };
        self.fail(case.line, Some(case.route), &caller.who, expected.text(case.conceals()), &wrong);
        None
    }

    /// Sends a request, unless the route did not respond to an earlier one.
    async fn send(&mut self, request: Parts) -> Option<Outcome> {
        if self.is_silent {
            return None;
        }
        self.report.requests += 1;
        let outcome = ask(self.app, request).await;
        self.report.hides_challenges |= outcome.hides_challenge();
        if outcome.is_silence() {
            self.is_silent = true;
            self.silent += 1;
        }
        Some(outcome)
    }

    /// Returns a request with the caller's credentials. Returns `None` if the principal cannot be
    /// constructed, which is reported once.
    fn request(
        &mut self,
        case: &Case<'_>,
        stage: Option<&dyn AnyReplacementGate>,
        caller: &Caller,
        method: &Method,
        path: &str,
    ) -> Option<Parts> {
        let mut request = case.target.request(method, path)?;
        case.stages.iter().for_each(|stage| stage.replace_gate(&mut request.extensions));
        let Some(stage) = stage else { return Some(request) };
        match &caller.presents {
            Presents::Nothing => {}
            Presents::Garbage(fields) => {
                for (name, value) in fields {
                    request.headers.append(name, value.clone());
                }
            }
            Presents::Flawed { scheme, flaw } => {
                request.headers.insert(AUTHORIZATION, stage.flawed(*scheme, *flaw)?);
            }
            Presents::Good(good) => {
                let Good { gifts, facts, scheme } = &**good;
                let login = &facts.login;
                let key = (stage.identity(), format!("{gifts:?} {login:?}"));
                let number = match self.numbers.get(&key) {
                    Some(number) => *number,
                    None => match stage.add(gifts.clone(), login.clone(), self.sample_of(stage)) {
                        Ok(number) => *self.numbers.entry(key).or_insert(number),
                        Err(error) => return self.report.unmade(&stage.principal(), &error.to_string()),
                    },
                };
                stage.add_credential(&mut request, number, *scheme);
            }
        }
        Some(request)
    }
}

/// Returns the schemes of all gates of a route that the route accepts.
fn accepted_schemes(sides: &[(&dyn AnyReplacementGate, Access)]) -> Vec<&'static str> {
    let of_side = |(stage, access): &(&dyn AnyReplacementGate, Access)| {
        let takes = |name: &&str| access.rule().is_none_or(|rule| rule.can_be_had_by(name));
        stage.schemes().iter().map(|scheme| scheme.name).filter(takes).collect::<Vec<_>>()
    };
    sides.iter().flat_map(of_side).collect()
}

fn principals(access: &Access) -> Vec<&str> {
    access.principals().collect()
}
