//! The properties of a caller by which the lock decides.

use super::expected::Expected;
use crate::access::lock::{Access, Lock};
use crate::access::{Builtin, Rule};
use crate::testing::principal::Login;

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
    pub(super) login: Login,
    pub(super) scheme: &'static str,
}

impl Facts {
    /// Returns the outcome for a caller with these facts. `supports_login` states whether their
    /// scheme supports another login.
    pub(super) fn judge(&self, lock: &Lock, access: &Access, supports_login: bool) -> Expected {
        let Access::Authorized { rule, .. } = access else { return Expected::Admitted };
        if !rule.can_be_had_by(self.scheme) {
            return Expected::ANONYMOUS;
        }
        match rule.decide(&mut |leaf| self.holds(lock, leaf)) {
            Some(true) => Expected::Admitted,
            None => {
                let denied = |leaf: &Rule| match leaf {
                    Rule::Policy { .. } => Some(false),
                    leaf => self.holds_after_login(lock, leaf),
                };
                let may_request_login = supports_login && rule.decide(&mut { denied }) != Some(false);
                Expected::LeftToPolicies { may_request_login }
            }
            Some(false) => match rule.decide(&mut |leaf| self.holds_after_login(lock, leaf)) {
                Some(false) => Expected::Refused,
                _ => Expected::Login { is_supported: supports_login },
            },
        }
    }

    fn holds_after_login(&self, lock: &Lock, leaf: &Rule) -> Option<bool> {
        match leaf {
            Rule::Builtin(builtin, _) if builtin.is_about_login() => Some(true),
            leaf => self.holds(lock, leaf),
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
                Builtin::Scheme => value.text().eq_ignore_ascii_case(self.scheme),
                Builtin::Issuer => self.login.issuer.as_deref() == Some(value.text()),
                Builtin::Fresh => self.login.ago.is_some_and(|ago| ago.as_secs() <= value.seconds()),
                Builtin::Acr => {
                    self.login.acr.as_ref().is_some_and(|acr| value.alternatives().any(|one| one == acr))
                }
                Builtin::Factor => self.login.factors.iter().any(|method| method == value.text()),
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn names(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}
