//! The outcome that the lock predicts, and its comparison with the actual outcome.

use std::sync::Arc;

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderMap, WWW_AUTHENTICATE};

use super::asking::{Answer, Outcome};
use super::target::Target;
use crate::access::lock::{Access, RouteLine};
use crate::access::{Route, Rule};
use crate::right::{CredentialError, Declaration, ForbiddenReason, Reason};
use crate::testing::stage::AnyReplacementGate;

/// The predicted outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Admitted,
    /// 401: the caller is not authenticated.
    Unknown {
        /// Whether the challenges state an `error`. `None` if the gate may or may not have tried a
        /// scheme.
        error: Option<bool>,
    },
    /// 400: the request has more than one credential.
    Ambiguous,
    /// 401 that requests another login, or 403 if the scheme of the caller does not support one.
    Login {
        is_supported: bool,
    },
    /// 403, or 404 if the denial is concealed.
    Refused,
    /// Admitted or denied, by the application's decision.
    LeftToPolicies {
        /// A denial may request another login.
        may_request_login: bool,
    },
}

impl Expected {
    /// 401 without `error`.
    pub(super) const ANONYMOUS: Self = Self::Unknown { error: Some(false) };

    pub(super) const fn text(self, conceals: bool) -> &'static str {
        match (self, conceals) {
            (Self::Admitted, _) => "admitted",
            (Self::Unknown { .. }, _) => "401",
            (Self::Ambiguous, _) => "400",
            (Self::Login { .. }, _) => "401 for a step-up",
            (Self::Refused, false) => "403",
            (Self::Refused, true) => "404",
            (Self::LeftToPolicies { .. }, _) => "admitted, or denied by a policy",
        }
    }
}

/// The route under test.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) route: &'a Route,
    /// The route in the lock.
    pub(super) line: &'a RouteLine,
    /// The access of the callers of one gate, with the requirements of the gate.
    pub(super) access: &'a Access,
    pub(super) target: &'a Target,
    /// The gates of the route. Empty if the router does not authenticate the callers.
    pub(super) stages: &'a [Arc<dyn AnyReplacementGate>],
    /// The schemes of all gates that the route accepts.
    pub(super) accepted: &'a [&'static str],
}

impl Case<'_> {
    pub(super) const fn conceals(&self) -> bool {
        matches!(self.access, Access::Authorized { conceal: true, .. })
    }

    /// Returns `true` if a 403 is acceptable. The lock does not conceal denials, or the router does
    /// and conceals those that depend on a resource.
    fn may_reveal(&self) -> bool {
        let declaration = self.route.declaration();
        let conceals = |side: &Declaration| matches!(side, Declaration::Authorized { conceal: true, .. });
        let hides_now = declaration.alternatives().iter().any(conceals);
        !self.conceals() || hides_now
    }

    /// Returns the difference from the expected outcome, if there is one.
    pub(super) fn wrong(&self, expected: Expected, outcome: &Outcome) -> Option<String> {
        if outcome.mark.has_run() {
            return Some(outcome.describe());
        }
        if outcome.is_admitted() {
            let may_be = matches!(expected, Expected::Admitted | Expected::LeftToPolicies { .. });
            return (!may_be).then(|| outcome.describe());
        }
        let Answer::Response { status, headers, .. } = &outcome.answer else {
            return Some(outcome.describe());
        };
        let is = |code: StatusCode| *status == code;
        let (forbidden, missing) = (is(StatusCode::FORBIDDEN), is(StatusCode::NOT_FOUND));
        let fits = match expected {
            Expected::Admitted => self.is_missing(outcome),
            Expected::Unknown { .. } | Expected::Login { .. } if is(StatusCode::UNAUTHORIZED) => {
                return self.wrong_challenges(expected, headers).map(|wrong| format!("401 {wrong}"));
            }
            Expected::LeftToPolicies { may_request_login: true } if is(StatusCode::UNAUTHORIZED) => {
                let login = Expected::Login { is_supported: true };
                return self.wrong_challenges(login, headers).map(|wrong| format!("401 {wrong}"));
            }
            Expected::Login { is_supported } => forbidden && !is_supported,
            // The scheme limits attempts, and the probe has presented too many invalid credentials.
            Expected::Unknown { error: None } => is(StatusCode::TOO_MANY_REQUESTS) && is_limited(outcome),
            Expected::Unknown { .. } => false,
            Expected::Ambiguous => is(StatusCode::BAD_REQUEST),
            // A denial before the resource is loaded reveals nothing about it, and may be a 403.
            Expected::Refused => (forbidden && self.may_reveal()) || (missing && self.conceals()),
            Expected::LeftToPolicies { .. } => {
                ((forbidden && self.may_reveal()) || missing) && self.is_by_policy(outcome)
            }
        };
        if !fits {
            return Some(outcome.describe());
        }
        wrong_caching(headers).map(|wrong| format!("{} {wrong}", status.as_u16()))
    }

    /// Returns the error in the challenges of a 401, if there is one (RFC 9110 section 15.5.2).
    fn wrong_challenges(&self, expected: Expected, headers: &HeaderMap) -> Option<String> {
        let lines: Vec<_> =
            headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok()).collect();
        if lines.is_empty() {
            return Some("without a challenge".to_owned());
        }
        let names = || lines.iter().map(|line| line.split(' ').next().unwrap_or_default());
        let taken = self.accepted;
        if let Some(name) = names().find(|name| !taken.iter().any(|taken| taken.eq_ignore_ascii_case(name))) {
            return Some(format!("with a challenge of {name}, which the route does not accept"));
        }
        let registered = |name: &&&str| ["Bearer", "Basic", "Digest"].contains(*name);
        let told = |name: &str| names().any(|told| told.eq_ignore_ascii_case(name));
        // Only schemes that support another login challenge for one.
        let is_missing = |name: &&&str| !matches!(expected, Expected::Login { .. }) && !told(name);
        if let Some(name) = taken.iter().filter(registered).find(is_missing) {
            return Some(format!("without a challenge of {name}, which the route accepts"));
        }
        let has_error = lines.iter().any(|line| line.contains("error="));
        match expected {
            Expected::Unknown { error: Some(false) } if has_error => {
                return Some("with an `error` for a request without credentials".to_owned());
            }
            Expected::Unknown { error: Some(true) } if !has_error => {
                return Some("without an `error` for an invalid token".to_owned());
            }
            _ => {}
        }
        wrong_caching(headers)
    }

    /// Returns `true` if the rule has a resource, which does not exist.
    pub(super) fn is_missing(&self, outcome: &Outcome) -> bool {
        let is_policy = |leaf: &&Rule| matches!(leaf, Rule::Policy { .. });
        let has_resource = self.access.rule().is_some_and(|rule| rule.leaves().iter().any(is_policy));
        has_resource && outcome.denied().map(|denied| denied.real) == Some(Reason::NotFound)
    }

    /// Returns `false` if the denial has another cause than a policy or a missing resource. A rule
    /// that mixes policies with other rights can have other causes and is not checked.
    fn is_by_policy(&self, outcome: &Outcome) -> bool {
        let only = self.access.rule().is_some_and(|rule| match rule {
            Rule::All(parts) => !parts.iter().any(|part| is_mixed(part)),
            rule => !is_mixed(rule),
        });
        let real = outcome.denied().map(|denied| denied.real);
        !only || !matches!(real, Some(Reason::Forbidden(lack)) if !matches!(lack, ForbiddenReason::Policy(_)))
    }

    pub(super) fn accepts(&self, scheme: &str) -> bool {
        self.accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(scheme))
    }
}

/// Returns `true` if the part depends on a policy and on other rights. The application's own
/// requirement counts as well, because it may report any reason.
fn is_mixed(part: &Rule) -> bool {
    let leaves = part.leaves();
    leaves.iter().any(|leaf| matches!(leaf, Rule::Own { .. }))
        || (leaves.iter().any(|leaf| matches!(leaf, Rule::Policy { .. })) && !part.parts().is_empty())
}

/// Returns `true` if the denial is that of a scheme that limits attempts.
fn is_limited(outcome: &Outcome) -> bool {
    let real = outcome.denied().map(|denied| denied.real);
    matches!(real, Some(Reason::InvalidCredentials(CredentialError::TooManyAttempts { .. })))
}

fn wrong_caching(headers: &HeaderMap) -> Option<String> {
    let kept = headers.get(CACHE_CONTROL).is_some_and(|value| value == "no-store");
    (!kept).then(|| "that caches may store".to_owned())
}

/// Returns `true` if the application's decision was indeterminate or failed.
pub(super) const fn could_not_decide(reason: Option<Reason>) -> bool {
    matches!(reason, Some(Reason::Unavailable | Reason::Busy | Reason::Failed))
}
