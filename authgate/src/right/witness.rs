//! Observers of the evaluation of a rule. They record why a rule failed.

use super::Decision;
use crate::right::Rule;

/// Observes the evaluation of a rule, part by part.
pub trait Witness: sealed::Sealed {
    /// Evaluate every part, even if the decision is already certain.
    const THOROUGH: bool;

    /// Called before a right is evaluated. Rights that are entered before it is left are its parts.
    fn enter(&mut self, expression: &'static Rule);

    /// Called with the decision on the right that was entered last.
    fn leave(&mut self, decision: Decision);
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Nobody {}
    impl Sealed for crate::right::Writer {}
}

/// A witness that records nothing. Evaluation stops as soon as the decision is certain.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Witness for Nobody {
    const THOROUGH: bool = false;

    #[inline]
    fn enter(&mut self, _: &'static Rule) {}

    #[inline]
    fn leave(&mut self, _: Decision) {}
}
