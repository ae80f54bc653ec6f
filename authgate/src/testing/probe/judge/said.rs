//! Settings of the test, and requirements of the gate, that apply in addition to a route's line in
//! the lock.

use super::{Judge, Lines};
use crate::access::Rule;
use crate::access::lock::{Access, RouteLine};
use crate::router::Entry;
use crate::testing::probe::report::Failure;
use crate::testing::stage::AnyReplacementGate;
use authgate_access::asked::EffectiveRules;

impl Judge<'_> {
    /// Reports paths of the test that belong to no route. Such a path would otherwise silently have
    /// no effect.
    pub(super) fn report_unknown_paths(&mut self) {
        let is_there = |path: &String| {
            self.routes.iter().any(|route| route.shown_path() == *path || route.path() == path)
        };
        let said = [(".path", self.paths), (".missing", self.missing)];
        let said = said.into_iter().flat_map(|(call, paths)| paths.keys().map(move |path| (call, path)));
        let lost: Vec<_> = said.filter(|(_, path)| !is_there(path)).collect();
        for (call, path) in lost {
            let who = format!("`{call}({path:?}, ..)`");
            let expected = "the path of a route in the lock";
            self.report.failures.push(Failure::of(who, expected, "no route in the router"));
        }
    }

    /// Returns the part of a line that is about the callers of a gate. Returns `None` if the lock
    /// names other principals.
    pub(super) fn side<'line>(
        &self,
        line: &'line RouteLine,
        stage: &dyn AnyReplacementGate,
    ) -> Option<&'line Access> {
        let alternatives = line.access().alternatives();
        if let [only] = alternatives {
            return Some(only);
        }
        let name = self.names.principal(&stage.principal());
        alternatives.iter().find(|access| access.principal() == Some(&name))
    }

    /// Returns the access that a route requires: by its own rule, and by the requirements that its
    /// gate applies to every caller. The lock shows the latter only through the routes that waive
    /// them.
    pub(super) fn effective_access(
        &self,
        access: &Access,
        stage: Option<&dyn AnyReplacementGate>,
        lines: &Lines<'_>,
    ) -> Access {
        let access = access.clone();
        let Some(stage) = stage else { return access };
        let same_gate =
            |route: &&Entry| route.gate.staged().iter().any(|other| other.identity() == stage.identity());
        let of_gate = self.entries.iter().filter(same_gate);
        let of_gate = of_gate
            .filter_map(|route| lines.get(&RouteLine::key_of(route.method(), &route.shown_path())).copied());
        let of_gate = of_gate.filter_map(|line| self.side(line, stage));
        let (principal, conceal) = match &access {
            Access::Authenticated { principal } => (Some(principal.clone()), false),
            Access::Authorized { principal, conceal, .. } => (principal.clone(), *conceal),
            _ => return access,
        };
        match EffectiveRules::on(of_gate).of(&access) {
            Some(rule) if rule != Rule::all([]) => Access::Authorized { rule, principal, conceal },
            _ => access,
        }
    }
}
