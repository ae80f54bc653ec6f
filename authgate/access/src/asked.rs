//! What a route asks in truth: its rule, and what the gate asks of everybody.

use super::lock::{Access, Lock, RouteLine};
use crate::Rule;

/// What a lock says that the gate asks of everybody who does not get a route that waives it.
///
/// It is what routes waive: of a requirement that nothing waives, the lock says nothing, and it makes no difference between
/// two routes.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    waived: Vec<&'a Rule>,
}

impl<'a> Asked<'a> {
    pub(super) fn by(lock: &'a Lock) -> Self {
        Self::on(lock.routes())
    }

    /// By what these routes waive.
    #[must_use]
    pub fn on(routes: impl IntoIterator<Item = &'a RouteLine>) -> Self {
        let mut waived = Vec::new();
        for route in routes {
            for requirement in route.access().rule().into_iter().flat_map(waives) {
                if !waived.contains(&requirement) {
                    waived.push(requirement);
                }
            }
        }
        Self { waived }
    }

    /// What a caller has to meet; `None` where nobody is asked.
    #[must_use]
    pub fn of(&self, access: &Access) -> Option<Rule> {
        if access.is_open() {
            return None;
        }
        let own: Vec<_> = access.rule().into_iter().flat_map(waives).collect();
        let of_gate = self.waived.iter().filter(|requirement| !own.contains(requirement));
        let parts = access.rule().into_iter().chain(of_gate.copied()).cloned();
        Some(Rule::all(parts).normal())
    }
}

/// What a rule waives: itself, or one of the parts that all must hold.
fn waives(rule: &Rule) -> Vec<&Rule> {
    match rule {
        Rule::Waived { requirement, .. } => vec![requirement.get()],
        Rule::All(parts) => parts.iter().flat_map(|part| waives(part)).collect(),
        _ => Vec::new(),
    }
}
