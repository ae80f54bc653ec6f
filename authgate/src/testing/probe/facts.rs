//! The properties of a caller by which the lock decides.

use authgate_access::lock::{Access, Lock, Rule};

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
                    Rule::Fresh(_) | Rule::Acr(_) | Rule::Factor(_) => Some(true),
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
            Rule::Held { kind, name, tenant } => {
                let roles = if tenant.is_some() { &self.tenant_roles } else { &self.roles };
                match kind.as_str() {
                    "role" => lock.held("role", names(roles)).contains(name.as_str()),
                    "scope" => lock.held("scope", names(&self.scopes)).contains(name.as_str()),
                    _ => {
                        let own = if tenant.is_some() { &[][..] } else { &self.permissions };
                        let is_granted = lock.granted(names(roles)).contains(name.as_str())
                            || lock.held("permission", names(own)).contains(name.as_str());
                        let is_limited = lock.limits_permissions() && !self.is_unlimited;
                        is_granted
                            && (!is_limited || lock.allowed(names(&self.scopes)).contains(name.as_str()))
                    }
                }
            }
            Rule::Scheme(name) => name.eq_ignore_ascii_case(&self.scheme),
            Rule::Fresh(seconds) => self.login_age.is_some_and(|age| age <= *seconds),
            Rule::Acr(values) => self.acr.as_ref().is_some_and(|acr| values.contains(acr)),
            Rule::Factor(method) => self.factors.contains(method),
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
    let is_it = |name: &str| name.eq_ignore_ascii_case(scheme);
    match rule {
        Rule::Scheme(name) => is_it(name),
        Rule::All(parts) => parts.iter().all(|part| takes(part, scheme)),
        Rule::Any(parts) => parts.iter().any(|part| takes(part, scheme)),
        Rule::Not(part) => !matches!(&**part, Rule::Scheme(name) if is_it(name)),
        _ => true,
    }
}
