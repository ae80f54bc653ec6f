//! Compares the response for a concealed resource with the response for a missing one.

use super::Judge;
use crate::access::Route;
use crate::access::Rule;
use crate::access::lock::RouteLine;
use crate::testing::probe::asking::{Answer, Outcome, ask};
use crate::testing::probe::callers::Caller;
use crate::testing::probe::target::Target;
use crate::testing::stage::Staged;

impl Judge<'_> {
    /// Reports a concealed resource whose response differs from that for a missing one.
    pub(super) async fn is_alike(
        &mut self,
        route: &Route,
        line: &RouteLine,
        target: &Target,
        stage: &dyn Staged,
        caller: &Caller,
        hidden: &Outcome,
    ) {
        let leaves = line.access().rule().map(Rule::leaves).unwrap_or_default();
        let has_thing = leaves.iter().any(|leaf| matches!(leaf, Rule::Policy { .. }));
        if !has_thing || !route.path().contains('{') || self.is_silent {
            return;
        }
        let request = target.request(&target.method, &target.missing);
        let Some(request) = request.and_then(|request| self.dress(request, stage, caller)) else { return };
        self.report.requests += 1;
        let missing = ask(self.app, request).await;
        self.note_silence(&missing);
        let (
            Answer::Response { status, headers, body, .. },
            Answer::Response { status: other_status, headers: other_headers, body: other_body, .. },
        ) = (&hidden.answer, &missing.answer)
        else {
            return;
        };
        if (status, headers, body) != (other_status, other_headers, other_body) {
            let got = format!("{} at {}, which differs", missing.told(), target.missing);
            self.fail(line, Some(route), &caller.who, "the same response for concealed and missing", &got);
        }
    }
}
