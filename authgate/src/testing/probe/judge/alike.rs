//! Compares the response for a concealed resource with the response for a missing one.

use super::Judge;
use crate::access::Rule;
use crate::testing::probe::asking::{Answer, Outcome};
use crate::testing::probe::callers::Caller;
use crate::testing::probe::expected::Case;
use crate::testing::stage::AnyReplacementGate;

impl Judge<'_> {
    /// Reports a concealed resource whose response differs from that for a missing one.
    pub(super) async fn check_concealment(
        &mut self,
        case: &Case<'_>,
        stage: &dyn AnyReplacementGate,
        caller: &Caller,
        hidden: &Outcome,
    ) {
        let Case { route, line, target, .. } = *case;
        let leaves = case.access.rule().map(Rule::leaves).unwrap_or_default();
        let has_thing = leaves.iter().any(|leaf| matches!(leaf, Rule::Policy { .. }));
        if !has_thing || !route.path().contains('{') || self.is_silent {
            return;
        }
        let Some(request) = self.request(case, Some(stage), caller, &target.method, &target.missing) else {
            return;
        };
        let Some(missing) = self.send(request).await else { return };
        let (
            Answer::Response { status, headers, body, .. },
            Answer::Response { status: other_status, headers: other_headers, body: other_body, .. },
        ) = (&hidden.answer, &missing.answer)
        else {
            return;
        };
        if (status, headers, body) != (other_status, other_headers, other_body) {
            let got = format!("{} at {}, which differs", missing.describe(), target.missing);
            self.fail(line, Some(route), &caller.who, "the same response for concealed and missing", &got);
        }
    }
}
