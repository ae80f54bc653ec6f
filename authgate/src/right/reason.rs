use std::fmt;

use http::StatusCode;

use super::Refusal;

/// Why a presented credential does not identify its sender: what a [`Scheme`](crate::scheme::Scheme) may answer with.
///
/// All of them are 401 with a challenge (RFC 9110 section 11.4); that a caller lacks a right is not for a scheme to
/// say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Not of the form that the scheme asks for.
    Malformed,
    /// Was good once.
    Expired,
    /// Will be good later.
    NotYetValid,
    /// Wrongly signed, of an unknown key or user, with a wrong password, or of a kind that is not taken here.
    Rejected,
    /// Of an issuer that is not trusted here.
    WrongIssuer,
    /// Meant for another service.
    WrongAudience,
    /// Taken back before its end.
    Revoked,
}

/// What an identified caller lacks: what a [`Requirement`](crate::right::Requirement) may answer with. 403, but for a login
/// that is too old or too weak, which is 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lack {
    /// A login that is recent, or strong, enough: 401 with what it takes (RFC 9470).
    Login,
    /// A scope of the credential.
    Scope,
    /// A credential of another scheme.
    Scheme,
    /// Nothing: he holds what the rule excludes.
    Excluded,
    /// A permission.
    Permission,
    /// A role.
    Role,
    /// The consent of a requirement or policy of the application's own.
    Policy(&'static Refusal),
}

impl Lack {
    /// The one to tell where both are the case: a scope is named only where scopes alone are missing, since getting one
    /// would not help the caller otherwise, and a login only where nothing else is.
    #[must_use]
    pub const fn weightier(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    /// The one to tell where either would do: what the caller can do most about.
    #[must_use]
    pub const fn lighter(self, other: Self) -> Self {
        if other.weight() < self.weight() { other } else { self }
    }

    const fn weight(self) -> u8 {
        match self {
            Self::Login => 0,
            Self::Scope => 1,
            Self::Scheme => 2,
            Self::Excluded => 3,
            Self::Permission => 4,
            Self::Role => 5,
            Self::Policy(_) => 6,
        }
    }
}

/// Why a request was denied. Each reason has one status, one code and one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No credentials, or none of a scheme that is taken here: 401.
    Missing,
    /// More than one credential where one is allowed: 400.
    Ambiguous,
    /// A credential that does not identify its sender: 401.
    Refused(Fault),
    /// An identified caller without the right: 403, or 401 for want of another login.
    Lacking(Lack),
    /// There is no such thing, or none that the caller may know of: 404.
    NotFound,
    /// A browser was made to send its user's credential by a page of another site: 403.
    CrossSite,
    /// It could not be found out: 503.
    Undecided,
    /// Too many callers authenticate at once: 503.
    Busy,
    /// What had to decide has failed: 500.
    Failed,
}

/// What there is to say of a reason, in one place.
struct Facts {
    code: &'static str,
    status: StatusCode,
    /// The `error` of RFC 6750 section 3.1.
    error: Option<&'static str>,
    detail: &'static str,
}

impl Reason {
    /// Every reason there is.
    pub(crate) const ALL: [Self; 21] = [
        Self::Missing,
        Self::Ambiguous,
        Self::Refused(Fault::Malformed),
        Self::Refused(Fault::Expired),
        Self::Refused(Fault::NotYetValid),
        Self::Refused(Fault::Rejected),
        Self::Refused(Fault::WrongIssuer),
        Self::Refused(Fault::WrongAudience),
        Self::Refused(Fault::Revoked),
        Self::Lacking(Lack::Login),
        Self::Lacking(Lack::Scope),
        Self::Lacking(Lack::Scheme),
        Self::Lacking(Lack::Excluded),
        Self::Lacking(Lack::Permission),
        Self::Lacking(Lack::Role),
        Self::Lacking(Lack::Policy(&Refusal::DENIED)),
        Self::NotFound,
        Self::CrossSite,
        Self::Undecided,
        Self::Busy,
        Self::Failed,
    ];

    /// Where it stands in [`ALL`](Self::ALL); `None` for a refusal of the application's own.
    pub(crate) fn position(self) -> Option<usize> {
        let position = match self {
            Self::Missing => 0,
            Self::Ambiguous => 1,
            Self::Refused(fault) => 2 + fault as usize,
            Self::Lacking(lack) => 9 + usize::from(lack.weight()),
            Self::NotFound => 16,
            Self::CrossSite => 17,
            Self::Undecided => 18,
            Self::Busy => 19,
            Self::Failed => 20,
        };
        (Self::ALL.get(position) == Some(&self)).then_some(position)
    }

    const fn facts(self) -> Facts {
        const fn unauthorized(
            code: &'static str,
            error: Option<&'static str>,
            detail: &'static str,
        ) -> Facts {
            Facts { code, status: StatusCode::UNAUTHORIZED, error, detail }
        }
        const fn forbidden(code: &'static str, error: Option<&'static str>, detail: &'static str) -> Facts {
            Facts { code, status: StatusCode::FORBIDDEN, error, detail }
        }
        const INVALID_TOKEN: Option<&str> = Some("invalid_token");
        match self {
            Self::Missing => unauthorized(
                "credentials_missing",
                None,
                "This needs credentials, and the request has none that are taken here.",
            ),
            Self::Ambiguous => Facts {
                code: "credentials_ambiguous",
                status: StatusCode::BAD_REQUEST,
                error: Some("invalid_request"),
                detail: "The request has more than one credential; send one.",
            },
            Self::Refused(Fault::Malformed) => unauthorized(
                "credentials_malformed",
                INVALID_TOKEN,
                "The credential is not of the form that this needs.",
            ),
            Self::Refused(Fault::Expired) => unauthorized(
                "credentials_expired",
                INVALID_TOKEN,
                "The credential has expired; get a new one.",
            ),
            Self::Refused(Fault::NotYetValid) => {
                unauthorized("credentials_not_yet_valid", INVALID_TOKEN, "The credential is not valid yet.")
            }
            Self::Refused(Fault::Rejected) => {
                unauthorized("credentials_rejected", INVALID_TOKEN, "The credential is not accepted here.")
            }
            Self::Refused(Fault::WrongIssuer) => unauthorized(
                "credentials_wrong_issuer",
                INVALID_TOKEN,
                "The credential is of an issuer that is not trusted here.",
            ),
            Self::Refused(Fault::WrongAudience) => unauthorized(
                "credentials_wrong_audience",
                INVALID_TOKEN,
                "The credential is meant for another service.",
            ),
            Self::Refused(Fault::Revoked) => {
                unauthorized("credentials_revoked", INVALID_TOKEN, "The credential has been revoked.")
            }
            Self::Lacking(Lack::Login) => unauthorized(
                "step_up_required",
                Some("insufficient_user_authentication"),
                "You are known here, and this needs a login that is more recent or stronger than yours.",
            ),
            Self::Lacking(Lack::Scope) => forbidden(
                "scope_missing",
                Some("insufficient_scope"),
                "You are known here, and the scope of your credential does not reach this.",
            ),
            Self::Lacking(Lack::Scheme) => forbidden(
                "scheme_not_taken",
                None,
                "You are known here, but this takes another kind of credential than yours.",
            ),
            Self::Lacking(Lack::Excluded) => {
                forbidden("excluded", None, "You are known here, and what you hold rules this out.")
            }
            Self::Lacking(Lack::Permission) => forbidden(
                "permission_missing",
                None,
                "You are known here, and your permissions do not allow this.",
            ),
            Self::Lacking(Lack::Role) => {
                forbidden("role_missing", None, "You are known here, and your roles do not allow this.")
            }
            Self::Lacking(Lack::Policy(refusal)) => forbidden(refusal.code(), None, refusal.detail()),
            Self::NotFound => Facts {
                code: "not_found",
                status: StatusCode::NOT_FOUND,
                error: None,
                detail: "There is nothing here.",
            },
            Self::CrossSite => Facts {
                code: "cross_site",
                status: StatusCode::FORBIDDEN,
                error: None,
                detail: "The request comes from another site, and this is only taken from our own pages.",
            },
            Self::Undecided => Facts {
                code: "undecided",
                status: StatusCode::SERVICE_UNAVAILABLE,
                error: None,
                detail: "It cannot be found out right now whether you may do this; try again.",
            },
            Self::Busy => Facts {
                code: "busy",
                status: StatusCode::SERVICE_UNAVAILABLE,
                error: None,
                detail: "Too many clients are logging in. Try again later.",
            },
            Self::Failed => Facts {
                code: "failed",
                status: StatusCode::INTERNAL_SERVER_ERROR,
                error: None,
                detail: "Something went wrong here while it was found out whether you may do this.",
            },
        }
    }

    /// The machine-readable reason, as in the body's `reason` member and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().code
    }

    /// The status that goes out.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().status
    }

    /// The `error` of the challenge (RFC 6750 section 3.1), where the challenge has one.
    #[must_use]
    pub const fn error(self) -> Option<&'static str> {
        self.facts().error
    }

    /// What the client is told, in a sentence.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        self.facts().detail
    }

    /// What the client is told in a few words: the standard phrase of the status, which is the title of a problem without a
    /// type (RFC 9457 section 4.2.1).
    #[must_use]
    pub fn title(self) -> &'static str {
        self.status().canonical_reason().unwrap_or("Denied")
    }
}

impl Reason {
    /// Whether it says that the caller may not: what can be concealed.
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(self, Self::Lacking(_))
    }

    /// Whether it says that nobody has been identified.
    pub(crate) const fn is_about_authentication(self) -> bool {
        matches!(self, Self::Missing | Self::Ambiguous | Self::Refused(_))
    }

    /// Whether signing in would help.
    pub(crate) const fn can_sign_in(self) -> bool {
        matches!(self, Self::Missing | Self::Refused(_) | Self::Lacking(Lack::Login))
    }
}

/// The code.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_knows_its_position() {
        let positions: Vec<_> = Reason::ALL.into_iter().filter_map(Reason::position).collect();
        assert_eq!(positions, (0..Reason::ALL.len()).collect::<Vec<_>>());
        const OWN: Refusal = Refusal::new("account_suspended", "Your account is suspended.");
        assert_eq!(Reason::Lacking(Lack::Policy(&OWN)).position(), None);
    }

    #[test]
    fn codes_are_distinct_and_all_are_listed() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
