//! The properties of a caller by which the lock decides.

use crate::access::lock::{Access, Lock};
use crate::access::{Builtin, Rule};

/// The rights and the login of a caller, by the names in the lock.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) roles: Vec<String>,
    pub(super) tenant_roles: Vec<String>,
    pub(super) scopes: Vec<String>,
    /// Is `true` if an empty set of scopes does not limit the caller, because the credential has no
    /// scope claim. An empty claim allows nothing.
    pub(super) is_unlimited: bool,
    pub(super) permissions: Vec<String>,
    /// The age of the login in seconds, if it is known.
    pub(super) login_age: Option<u64>,
    pub(super) acr: Option<String>,
    pub(super) factors: Vec<String>,
    pub(super) scheme: String,
    pub(super) issuer: Option<String>,
}

/// The decision of the lock on an authenticated caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Admitted,
    /// Another login is sufficient.
    LacksLogin,
    Refused,
    /// The application's own code decides.
    LeftToPolicies,
    /// The route does not accept the caller's scheme.
    Unknown,
}

impl Facts {
    pub(super) fn judge(&self, lock: &Lock, access: &Access) -> Judged {
        let Access::Authorized { rule, .. } = access else { return Judged::Admitted };
        if !takes(rule, &self.scheme) {
            return Judged::Unknown;
        }
        match rule.decide(&mut |leaf| self.holds(lock, leaf)) {
            Some(true) => Judged::Admitted,
            None => Judged::LeftToPolicies,
            Some(false) => {
                let logged_in = |leaf: &Rule| match leaf {
                    Rule::Builtin(builtin, _) if builtin.is_about_login() => Some(true),
                    leaf => self.holds(lock, leaf),
                };
                match rule.decide(&mut { logged_in }) {
                    Some(false) => Judged::Refused,
                    _ => Judged::LacksLogin,
                }
            }
        }
    }

    fn holds(&self, lock: &Lock, leaf: &Rule) -> Option<bool> {
        Some(match leaf {
            Rule::Held { right, tenant } => {
                let (kind, name) = (right.kind(), right.name());
                let roles = if tenant.is_some() { &self.tenant_roles } else { &self.roles };
                match kind {
                    "role" => lock.held("role", names(roles)).contains(name),
                    "scope" => lock.held("scope", names(&self.scopes)).contains(name),
                    _ => {
                        let own = if tenant.is_some() { &[][..] } else { &self.permissions };
                        let is_granted = lock.granted(names(roles)).contains(name)
                            || lock.held("permission", names(own)).contains(name);
                        let is_limited = lock.limits_permissions() && !self.is_unlimited;
                        is_granted && (!is_limited || lock.allowed(names(&self.scopes)).contains(name))
                    }
                }
            }
            Rule::Builtin(builtin, value) => match builtin {
                Builtin::Scheme => value.text().eq_ignore_ascii_case(&self.scheme),
                Builtin::Issuer => self.issuer.as_deref() == Some(value.text()),
                Builtin::Fresh => self.login_age.is_some_and(|age| age <= value.seconds()),
                Builtin::Acr => {
                    self.acr.as_ref().is_some_and(|acr| value.alternatives().any(|one| one == acr))
                }
                Builtin::Factor => self.factors.iter().any(|method| method == value.text()),
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn names(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}

/// Returns `true` if credentials of the scheme can satisfy the rule. A rule that names no scheme
/// accepts all of them.
pub(super) fn takes(rule: &Rule, scheme: &str) -> bool {
    rule.can_be_had_by(scheme)
}
