//! Sends each caller to each route, and compares the outcomes with the lock.

mod alike;
mod said;

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderValue, Method};

use super::Probe;
use super::asking::{Answer, Outcome, ask};
use super::callers::{self, Caller, EVERYTHING, Good, Known, Presents};
use super::expected::{Asked as RouteAsked, Expected, could_not_decide};
use super::report::{Failure, Report};
use super::target::Target;
use crate::access::{Kind, Route};
use crate::right::{Declaration, Reason};
use crate::router::Entry;
use crate::testing::locked::in_package;
use crate::testing::stage::Staged;
use crate::testing::token::Flaw;
use authgate_access::lock::{Access, Lock, RouteLine, Writer};

pub(super) async fn run<S: Clone + Send + Sync + 'static>(probe: Probe<S>) -> Report {
    let Probe { router, state, lock: file, paths, missing, samples } = probe;
    let mut report = Report { lock: file.display().to_string(), ..Report::default() };
    let lock = match fs::read_to_string(in_package(&file)).map_err(|error| error.to_string()) {
        Ok(text) => match Lock::parse(&text) {
            Ok(lock) => lock,
            Err(error) => return report.without_lock(error.to_string()),
        },
        Err(error) => return report.without_lock(error),
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
    judge.tells_of_what_is_there();
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
    stages: BTreeMap<usize, Arc<dyn Staged>>,
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

impl Judge<'_> {
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
        if let (Some(committed), Some(principal)) = (principal(line.access()), principal(now.access()))
            && committed != principal
        {
            self.fail(
                line,
                Some(route),
                "all callers",
                &format!("as {committed}"),
                &format!("as {principal}"),
            );
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
        let stage = route.gate.staged().cloned();
        let stage = stage.map(|stage| Arc::clone(self.stages.entry(stage.identity()).or_insert(stage)));
        let Some(stage) = stage else {
            // According to the router, this route does not authenticate callers.
            let caller = Caller { who: "anonymous".to_owned(), presents: Presents::Nothing };
            let expected = if line.access().is_open() {
                Expected::Admitted
            } else {
                Expected::Unknown { refused: false }
            };
            let asked =
                RouteAsked { access: line.access(), hides_now: false, schemes: &[], knows_login: true };
            self.ask(route, line, &asked, &caller, expected, target.request(&target.method, &target.path))
                .await;
            return;
        };
        let access = self.asked_in_truth(line, &*stage, lines);
        self.unknown(route, line, &access, &target, &*stage).await;
        self.known(route, line, &access, &target, &*stage).await;
    }

    /// Sends the callers without a valid credential.
    async fn unknown(
        &mut self,
        route: &Route,
        line: &RouteLine,
        access: &Access,
        target: &Target,
        stage: &dyn Staged,
    ) {
        let hides_now = hides(route);
        let asked = RouteAsked { access, hides_now, schemes: stage.schemes(), knows_login: true };
        let everybody = access.is_open();
        for caller in callers::unknown(stage) {
            let expected = match &caller.presents {
                _ if everybody => Expected::Admitted,
                Presents::Garbage(fields) if fields.len() > 1 => Expected::Ambiguous,
                Presents::Flawed { scheme, .. } => {
                    Expected::Unknown { refused: is_taken(access, stage, *scheme) }
                }
                Presents::Garbage(_) => Expected::Unknown { refused: false },
                _ => Expected::Unknown { refused: false },
            };
            let request = target.request(&target.method, &target.path);
            let request = request.and_then(|request| self.dress(request, stage, &caller));
            if matches!(caller.presents, Presents::Garbage(_)) && expected != Expected::Ambiguous {
                self.ask_loosely(route, line, &asked, &caller, expected, request).await;
            } else {
                self.ask(route, line, &asked, &caller, expected, request).await;
            }
        }
        // Repeat it with HEAD, and with a path that is not UTF-8.
        let caller = Caller { who: "anonymous, by HEAD".to_owned(), presents: Presents::Nothing };
        let expected = if everybody { Expected::Admitted } else { Expected::Unknown { refused: false } };
        if target.method == Method::GET && route.kind() == Kind::Route && !self.has_head(route) {
            let request = target.request(&Method::HEAD, &target.path);
            let request = request.and_then(|request| self.dress(request, stage, &caller));
            self.ask(route, line, &asked, &caller, expected, request).await;
        }
        if route.path().contains('{') {
            let caller = Caller {
                who: "anonymous, with a path that is not text".to_owned(),
                presents: Presents::Nothing,
            };
            let path = target.no_text(route);
            let request = target.request(&target.method, &path);
            let request = request.and_then(|request| self.dress(request, stage, &caller));
            self.ask(route, line, &asked, &caller, expected, request).await;
        }
    }

    fn has_head(&self, route: &Route) -> bool {
        self.routes.iter().any(|other| other.path() == route.path() && other.method() == "HEAD")
    }

    /// Sends the authenticated callers.
    async fn known(
        &mut self,
        route: &Route,
        line: &RouteLine,
        access: &Access,
        target: &Target,
        stage: &dyn Staged,
    ) {
        let hides_now = hides(route);
        let sample = self.samples.iter().copied().find(|sample| stage.given(*sample).is_some());
        let sample = sample.map(|sample| sample as &dyn Any);
        let everybody = Known::of(stage, self.names, self.lock, access, target, sample);
        let (mut found, mut hidden) = (None, Vec::<(Caller, Outcome)>::new());
        for caller in everybody {
            let Presents::Good(good) = &caller.presents else { continue };
            let knows_login = stage.schemes().get(good.scheme).is_some_and(|scheme| scheme.knows_login);
            let asked = RouteAsked { access, hides_now, schemes: stage.schemes(), knows_login };
            let expected = Expected::of(good.facts.judge(self.lock, access));
            let request = target.request(&target.method, &target.path);
            let Some(request) = request.and_then(|request| self.dress(request, stage, &caller)) else {
                return;
            };
            let Some(outcome) = self.ask(route, line, &asked, &caller, expected, Some(request)).await else {
                continue;
            };
            if expected == Expected::LeftToPolicies {
                let is_missing = outcome.denied().is_some_and(|denied| denied.real == Reason::NotFound);
                if could_not_decide(outcome.denied().map(|denied| denied.real))
                    || (is_missing && caller.who == EVERYTHING)
                {
                    found = Some((caller.who.clone(), outcome.told()));
                }
            }
            // Keep one for each concealed reason: they arise at different steps, and their
            // responses could differ.
            let reason = |outcome: &Outcome| outcome.denied().map(|denied| denied.real);
            let is_known = hidden.iter().any(|(_, other)| reason(other) == reason(&outcome));
            if !is_known && asked.hides() && is(&outcome, 404) {
                hidden.push((caller, outcome));
            }
        }
        if let Some((who, got)) = found {
            let write = format!(
                "a resource at {}: name an existing one, `.path({:?}, ..)`",
                target.path,
                route.path()
            );
            self.fail(line, Some(route), &who, &write, &got);
        }
        for (caller, outcome) in hidden {
            self.is_alike(route, line, target, stage, &caller, &outcome).await;
        }
    }

    /// Sends a request, and reports an unexpected outcome. Returns `None` without an outcome to
    /// examine further.
    async fn ask(
        &mut self,
        route: &Route,
        line: &RouteLine,
        asked: &RouteAsked<'_>,
        caller: &Caller,
        expected: Expected,
        request: Option<Parts>,
    ) -> Option<Outcome> {
        let request = request.filter(|_| !self.is_silent)?;
        self.report.requests += 1;
        let outcome = ask(self.app, request).await;
        self.note_silence(&outcome);
        let elsewhere = outcome.mark.reached().is_some_and(|reached| reached != route.location());
        let wrong = if elsewhere {
            outcome
                .mark
                .reached()
                .map(|reached| format!("the route at {}:{}", reached.file(), reached.line()))
        } else {
            asked.wrong(expected, &outcome)
        };
        let Some(wrong) = wrong else { return Some(outcome) };
        self.fail(line, Some(route), &caller.who, expected.told(asked.hides()), &wrong);
        None
    }

    fn note_silence(&mut self, outcome: &Outcome) {
        if outcome.is_silence() {
            self.is_silent = true;
            self.silent += 1;
        }
    }

    /// As [`ask`](Self::ask), but accepts a 401 with or without `error`: the gate may or may not
    /// try the scheme.
    async fn ask_loosely(
        &mut self,
        route: &Route,
        line: &RouteLine,
        asked: &RouteAsked<'_>,
        caller: &Caller,
        expected: Expected,
        request: Option<Parts>,
    ) {
        let Some(request) = request.filter(|_| !self.is_silent) else { return };
        self.report.requests += 1;
        let outcome = ask(self.app, request).await;
        self.note_silence(&outcome);
        let other = match expected {
            Expected::Unknown { .. } => Expected::Unknown { refused: true },
            expected => expected,
        };
        if asked.wrong(expected, &outcome).is_some()
            && let Some(wrong) = asked.wrong(other, &outcome)
        {
            self.fail(line, Some(route), &caller.who, expected.told(asked.hides()), &wrong);
        }
    }

    /// Adds the caller's credentials. Returns `None` if the principal cannot be constructed, which
    /// is reported once.
    fn dress(&mut self, mut request: Parts, stage: &dyn Staged, caller: &Caller) -> Option<Parts> {
        stage.swap(&mut request.extensions);
        match &caller.presents {
            Presents::Nothing => {}
            Presents::Garbage(fields) => {
                for (name, value) in fields {
                    request.headers.append(name, value.clone());
                }
            }
            Presents::Flawed { scheme, flaw } => {
                let value = self.flawed(stage, *scheme, *flaw)?;
                request.headers.insert(AUTHORIZATION, value);
            }
            Presents::Good(good) => {
                let Good { gifts, login, scheme, .. } = &**good;
                let key = (stage.identity(), format!("{gifts:?} {login:?}"));
                let number = match self.numbers.get(&key) {
                    Some(number) => *number,
                    None => {
                        let sample =
                            self.samples.iter().copied().find(|sample| stage.given(*sample).is_some());
                        let sample = sample.map(|sample| sample as &dyn Any);
                        match stage.add(gifts.clone(), login.clone(), sample) {
                            Ok(number) => *self.numbers.entry(key).or_insert(number),
                            Err(error) => return self.report.unmade(&stage.principal(), &error.to_string()),
                        }
                    }
                };
                stage.dress(&mut request, number, *scheme);
            }
        }
        Some(request)
    }

    fn flawed(&mut self, stage: &dyn Staged, scheme: usize, flaw: Flaw) -> Option<HeaderValue> {
        // The subject of the token does not matter, because the token is invalid.
        stage.flawed(scheme, flaw)
    }
}

fn is(outcome: &Outcome, status: u16) -> bool {
    matches!(&outcome.answer, Answer::Response { status: got, .. } if got.as_u16() == status)
        && !outcome.is_admitted()
}

fn is_taken(access: &Access, stage: &dyn Staged, scheme: usize) -> bool {
    let name = stage.schemes().get(scheme).map_or("", |scheme| scheme.name);
    access.rule().is_none_or(|rule| super::facts::takes(rule, name))
}

fn hides(route: &Route) -> bool {
    matches!(route.declaration(), Declaration::Authorized { conceal: true, .. })
}

fn principal(access: &Access) -> Option<&str> {
    match access {
        Access::Authenticated { principal } => Some(principal),
        Access::Authorized { principal, .. } => principal.as_deref(),
        _ => None,
    }
}
