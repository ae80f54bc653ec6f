//! Converts a lock to a document.

use std::collections::BTreeSet;

use super::{Document, DocumentPolicy, DocumentRoute, DocumentSource};
use crate::lock::{Access, Lock, RightLine, RouteLine};
use crate::{Builtin, Rule};

impl Document {
    /// Converts a lock. A lock does not contain handlers, their places, or whether they read the
    /// body. The names and files are empty, and the lines are 0.
    ///
    /// ```
    /// use authgate::access::{document::Document, lock::Lock};
    ///
    /// let lock = Lock::parse("access.lock v1\nrole admin\nDELETE /reports/{id} role:admin\n")?;
    /// assert_eq!(Document::of_lock(&lock).routes[0].access, "role:admin");
    /// # Ok::<(), authgate::access::lock::LockError>(())
    /// ```
    #[must_use]
    pub fn of_lock(lock: &Lock) -> Self {
        Self::of(lock.rights(), lock.routes().iter().map(DocumentRoute::of).collect())
    }

    pub(super) fn of(rights: &[RightLine], routes: Vec<DocumentRoute>) -> Self {
        let rights = rights.iter().map(|line| line.right().clone()).collect();
        Self { version: Self::VERSION, rights, routes }
    }
}

impl DocumentRoute {
    /// Returns the route of a line. The fields about the handler are empty.
    pub(super) fn of(line: &RouteLine) -> Self {
        let access = line.access();
        let rules = || access.rules();
        let is_each_ruled = access.alternatives().iter().all(|access| access.rule().is_some());
        let kind = match line.method() {
            "404" => "fallback",
            "405" => "method_not_allowed",
            "*" if line.path().ends_with("/{*}") => "prefix",
            "*" => "other_methods",
            _ => "route",
        };
        let (state, reason) = match access {
            Access::Public { reason } => ("public", Some(reason)),
            Access::Ungated { reason } => ("ungated", Some(reason)),
            Access::Authenticated { .. } => ("authenticated", None),
            Access::Either { .. } if rules().next().is_none() => ("authenticated", None),
            Access::Authorized { .. } | Access::Either { .. } => ("authorized", None),
        };
        Self {
            method: line.method().to_owned(),
            path: line.path().to_owned(),
            kind: kind.to_owned(),
            access: access.to_string(),
            state: state.to_owned(),
            reason: reason.cloned(),
            principal: access.principal().map(str::to_owned),
            schemes: all(rules().map(schemes)).filter(|_| is_each_ruled).unwrap_or_default(),
            policies: policies(rules()),
            fresh: rules().map(fresh).collect::<Option<Vec<_>>>().filter(|_| is_each_ruled).and_then(longest),
            conceal: access.conceals(),
            takes_body: false,
            handler: String::new(),
            source: DocumentSource { file: String::new(), line: 0, column: 0 },
        }
    }
}

/// Returns the accepted schemes. The result is empty if the rule accepts every scheme.
fn schemes(rule: &Rule) -> Vec<String> {
    // No scheme has an empty name.
    if rule.can_be_had_by("") {
        return Vec::new();
    }
    let named: BTreeSet<_> = rule
        .leaves()
        .into_iter()
        .filter_map(|leaf| match leaf {
            Rule::Builtin(Builtin::Scheme, name) => Some(name.text()).filter(|name| rule.can_be_had_by(name)),
            _ => None,
        })
        .collect();
    named.into_iter().map(str::to_owned).collect()
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
    let ages = rule.leaves().into_iter().filter_map(|leaf| match leaf {
        Rule::Builtin(Builtin::Fresh, most) => Some(most.seconds()),
        _ => None,
    });
    ages.filter(|age| fits(Some(*age))).max()
}

fn longest(ages: Vec<u64>) -> Option<u64> {
    ages.into_iter().max()
}

/// Joins the schemes of alternatives. Returns `None` if one of them accepts every scheme.
fn all(alternatives: impl Iterator<Item = Vec<String>>) -> Option<Vec<String>> {
    let mut all = BTreeSet::new();
    for schemes in alternatives {
        if schemes.is_empty() {
            return None;
        }
        all.extend(schemes);
    }
    Some(all.into_iter().collect())
}

fn policies<'a>(rules: impl Iterator<Item = &'a Rule>) -> Vec<DocumentPolicy> {
    let mut policies = Vec::new();
    for leaf in rules.flat_map(Rule::leaves) {
        if let Rule::Policy { policy, on } = leaf {
            let policy = DocumentPolicy { policy: policy.to_string(), on: on.to_string() };
            if !policies.contains(&policy) {
                policies.push(policy);
            }
        }
    }
    policies
}
