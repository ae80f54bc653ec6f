use std::fmt;

use super::{Decision, Invariant, Requirement, Right, Word};
use crate::right::{Context, Expression};

/// That what the gate asks of everybody ([`GateBuilder::require`](crate::gate::GateBuilder::require)) is not asked here, for a
/// reason that shows in the access table: what `#[requires(.., waive = Active, reason = "..")]` writes.
///
/// `W` spells the reason.
pub struct Waive<R, W>(Invariant<(R, W)>);

impl<R, W> fmt::Debug for Waive<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waive")
    }
}

impl<R: Right, W: Word> Right for Waive<R, W> {
    const EXPRESSION: &'static Expression =
        &Expression::Waived { requirement: R::EXPRESSION, reason: W::TEXT };
}

impl<R: Right, W: Word, P> Requirement<P> for Waive<R, W> {
    fn decide(_principal: &P, _context: &Context) -> Decision {
        Decision::Allow
    }
}
