//! The fields of a route that follow from its access.

use super::{DocumentPolicy, DocumentRoute};
use crate::lock::Access;
use crate::{Builtin, Rule};

/// The fields of a route that follow from its access.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Said {
    state: &'static str,
    reason: Option<String>,
    schemes: Vec<String>,
    policies: Vec<DocumentPolicy>,
    fresh: Option<u64>,
    conceal: bool,
}

impl Said {
    pub(super) fn by(access: &Access) -> Self {
        match access {
            Access::Public { reason } => {
                Self { state: "public", reason: Some(reason.clone()), ..Self::default() }
            }
            Access::Ungated { reason } => {
                Self { state: "ungated", reason: Some(reason.clone()), ..Self::default() }
            }
            Access::Authenticated { .. } => Self { state: "authenticated", ..Self::default() },
            Access::Authorized { rule, conceal, .. } => Self {
                state: "authorized",
                reason: None,
                schemes: schemes(rule),
                policies: policies(rule),
                fresh: fresh(rule),
                conceal: *conceal,
            },
        }
    }

    pub(super) fn into(self, route: DocumentRoute) -> DocumentRoute {
        let Self { state, reason, schemes, policies, fresh, conceal } = self;
        DocumentRoute { state: state.to_owned(), reason, schemes, policies, fresh, conceal, ..route }
    }

    /// Returns the first field that differs in a route.
    pub(super) fn differs_from(&self, route: &DocumentRoute) -> Option<&'static str> {
        [
            ("state", self.state == route.state),
            ("reason", self.reason == route.reason),
            ("schemes", self.schemes == route.schemes),
            ("policies", self.policies == route.policies),
            ("fresh", self.fresh == route.fresh),
            ("conceal", self.conceal == route.conceal),
        ]
        .into_iter()
        .find_map(|(field, is_same)| (!is_same).then_some(field))
    }
}

/// Returns the accepted schemes. The result is empty if the rule accepts every scheme.
fn schemes(rule: &Rule) -> Vec<String> {
    let fits = |scheme: Option<&str>| {
        rule.decide(&mut |leaf| match leaf {
            Rule::Builtin(Builtin::Scheme, name) => {
                Some(scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(name.text())))
            }
            _ => None,
        }) != Some(false)
    };
    if fits(None) {
        return Vec::new();
    }
    let mut named = Vec::new();
    rule.for_each_leaf(&mut |leaf| {
        if let Rule::Builtin(Builtin::Scheme, name) = leaf
            && !named.iter().any(|known| known == name.text())
            && fits(Some(name.text()))
        {
            named.push(name.text().to_owned());
        }
    });
    named.sort();
    named
}

/// Returns the maximum age of a login, or `None` if the rule can be satisfied with a login of any
/// age.
fn fresh(rule: &Rule) -> Option<u64> {
    let fits = |age: Option<u64>| {
        rule.decide(&mut |leaf| match leaf {
            Rule::Builtin(Builtin::Fresh, most) => Some(age.is_some_and(|age| age <= most.seconds())),
            _ => None,
        }) != Some(false)
    };
    if fits(None) {
        return None;
    }
    let mut oldest = None;
    rule.for_each_leaf(&mut |leaf| {
        if let Rule::Builtin(Builtin::Fresh, most) = leaf
            && fits(Some(most.seconds()))
        {
            oldest = oldest.max(Some(most.seconds()));
        }
    });
    oldest
}

fn policies(rule: &Rule) -> Vec<DocumentPolicy> {
    let mut policies = Vec::new();
    rule.for_each_leaf(&mut |leaf| {
        if let Rule::Policy { policy, on } = leaf {
            let policy = DocumentPolicy { policy: policy.to_string(), on: on.to_string() };
            if !policies.contains(&policy) {
                policies.push(policy);
            }
        }
    });
    policies
}
