//! Who could call, and what each of them may.

use std::collections::BTreeSet;

use super::words;
use crate::access::asked::Asked;
use crate::access::lock::{Access, Lock, Rule};

/// Somebody of whom is asked what he may do.
pub(crate) struct Caller<'a> {
    /// What he was given.
    given: Given<'a>,
    roles: BTreeSet<&'a str>,
    permissions: BTreeSet<&'a str>,
    lock: &'a Lock,
    /// Whether the lock has several types of principals.
    several: bool,
}

/// What somebody was given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given<'a> {
    /// Nothing: nobody knows who he is.
    Nothing,
    /// A credential that says who he is, and no role.
    Identity,
    /// One role, besides.
    Role(&'a str),
}

/// Whether a caller may call a route.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    May,
    /// He may if what is said here is so.
    If(String),
    MayNot,
}

impl<'a> Caller<'a> {
    /// Everybody of whom can be asked: nobody in particular, somebody, and the holders of each role.
    pub(crate) fn all(lock: &'a Lock) -> Vec<Self> {
        let roles = lock.rights().iter().filter(|right| right.kind() == "role");
        [Given::Nothing, Given::Identity]
            .into_iter()
            .chain(roles.map(|role| Given::Role(role.name())))
            .map(|given| Self::given(given, lock))
            .collect()
    }

    fn given(given: Given<'a>, lock: &'a Lock) -> Self {
        let role = match given {
            Given::Role(role) => Some(role),
            _ => None,
        };
        let principals: BTreeSet<_> =
            lock.routes().iter().filter_map(|route| principal(route.access())).collect();
        Self {
            given,
            roles: lock.held("role", role),
            permissions: lock.granted(role),
            lock,
            several: principals.len() > 1,
        }
    }

    /// What he was given.
    pub(crate) const fn has(&self) -> Given<'a> {
        self.given
    }

    /// Whether he may; of what is neither role nor permission it is not known whether he has it.
    pub(crate) fn may(&self, access: &Access, asked: &Asked<'_>) -> Verdict {
        match access {
            Access::Public { .. } => return Verdict::May,
            Access::Ungated { .. } => {
                return Verdict::If("what is behind it lets him: authgate does not see it".to_owned());
            }
            _ if self.given == Given::Nothing => return Verdict::MayNot,
            _ => {}
        }
        let Some(rule) = asked.of(access) else { return Verdict::May };
        match rule.decide(&mut |leaf| self.has_leaf(leaf)) {
            Some(true) => self.principal_is(access, None),
            Some(false) => Verdict::MayNot,
            None => self.principal_is(access, Some(words::of(&rule, &|leaf| self.has_leaf(leaf)))),
        }
    }

    /// Where a table has several types of principals, he has to be of the route's. A role of his that the rule names says that
    /// he can be.
    fn principal_is(&self, access: &Access, words: Option<String>) -> Verdict {
        let mut is_named = false;
        if let Some(rule) = access.rule() {
            rule.for_each_leaf(&mut |leaf| {
                is_named |= matches!(leaf, Rule::Held { kind, name, .. } if kind == "role" && self.roles.contains(name.as_str()));
            });
        }
        let principal = principal(access).filter(|_| self.several && !is_named);
        match (principal, words) {
            (None, None) => Verdict::May,
            (None, Some(words)) => Verdict::If(words),
            (Some(principal), None) => Verdict::If(format!("he is a {principal}")),
            (Some(principal), Some(words)) => Verdict::If(format!("he is a {principal}, and {words}")),
        }
    }

    fn has_leaf(&self, leaf: &Rule) -> Option<bool> {
        let Rule::Held { kind, name, tenant } = leaf else { return None };
        let has = match kind.as_str() {
            "role" => self.roles.contains(name.as_str()),
            "permission" => self.permissions.contains(name.as_str()),
            _ => return None,
        };
        // What he holds, he holds in some tenant perhaps; and a credential may be narrower than he is.
        let depends = tenant.is_some() || (kind == "permission" && self.lock.limits_permissions());
        if has && depends { None } else { Some(has) }
    }
}

fn principal(access: &Access) -> Option<&str> {
    match access {
        Access::Authenticated { principal } => Some(principal),
        Access::Authorized { principal, .. } => principal.as_deref(),
        Access::Public { .. } | Access::Ungated { .. } => None,
    }
}
