//! Who looks on while a rule is evaluated: nobody where it holds, and where it does not, somebody who writes down why.

use super::Decision;
use crate::right::Expression;

/// Looks on while a rule is evaluated.
pub trait Witness: sealed::Sealed {
    /// Whether to look at every part, even after it is decided.
    const THOROUGH: bool;

    /// A right is looked at; what is looked at before it is left is a part of it.
    fn enter(&mut self, expression: &'static Expression);

    /// The right that was entered last is decided.
    fn leave(&mut self, decision: Decision);
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Nobody {}
    impl Sealed for crate::right::Writer {}
}

/// Nobody looks on: yes or no is all that is asked.
#[derive(Debug)]
pub struct Nobody;

impl Witness for Nobody {
    const THOROUGH: bool = false;

    #[inline]
    fn enter(&mut self, _: &'static Expression) {}

    #[inline]
    fn leave(&mut self, _: Decision) {}
}
