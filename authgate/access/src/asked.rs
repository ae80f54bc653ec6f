//! The rule that a route enforces: its own, and the requirements of the gate.

use super::lock::Access;
use crate::Rule;

/// The requirements of the gate that a lock shows: those that a route waives.
///
/// A lock does not contain a requirement that no route waives. Such a requirement applies to all
/// routes alike.
#[derive(Debug, Default)]
pub struct EffectiveRules<'a> {
    waived: Vec<&'a Rule>,
}

impl<'a> EffectiveRules<'a> {
    /// Collects the requirements that these routes waive.
    #[must_use]
    pub fn on(routes: impl IntoIterator<Item = &'a Access>) -> Self {
        let mut waived = Vec::new();
        for access in routes {
            for requirement in access.rules().flat_map(Rule::waived) {
                if !waived.contains(&requirement) {
                    waived.push(requirement);
                }
            }
        }
        Self { waived }
    }

    /// Returns the rule that a caller must satisfy, or `None` for a public or ungated route.
    #[must_use]
    pub fn of(&self, access: &Access) -> Option<Rule> {
        if access.is_open() {
            return None;
        }
        if let Access::Either { alternatives } = access {
            return Some(Rule::any(alternatives.iter().filter_map(|access| self.of(access))).normal());
        }
        let own: Vec<_> = access.rule().into_iter().flat_map(Rule::waived).collect();
        let of_gate = self.waived.iter().filter(|requirement| !own.contains(requirement));
        let parts = access.rule().into_iter().chain(of_gate.copied()).cloned();
        Some(Rule::all(parts).normal())
    }
}
