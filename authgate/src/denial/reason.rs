use std::fmt;

use http::StatusCode;

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

/// What an identified caller lacks: what a [`Requirement`](crate::right::Requirement) may answer with. Always 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lack {
    /// A role.
    Role,
    /// A scope of the credential.
    Scope,
    /// A credential of another scheme.
    Scheme,
}

impl Lack {
    /// The one to tell where both are the case: a scope is named only where scopes alone are missing, since getting
    /// one would not help the caller otherwise.
    #[must_use]
    pub const fn weightier(self, other: Self) -> Self {
        match (self, other) {
            (Self::Scope, other) | (other, Self::Scope) => other,
            (Self::Role, _) | (_, Self::Role) => Self::Role,
            (Self::Scheme, Self::Scheme) => Self::Scheme,
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
    /// An identified caller without the right: 403.
    Lacking(Lack),
    /// A browser was made to send its user's credential by a page of another site: 403.
    CrossSite,
    /// It could not be found out: 503.
    Undecided,
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
    pub(crate) const ALL: [Self; 14] = [
        Self::Missing,
        Self::Ambiguous,
        Self::Refused(Fault::Malformed),
        Self::Refused(Fault::Expired),
        Self::Refused(Fault::NotYetValid),
        Self::Refused(Fault::Rejected),
        Self::Refused(Fault::WrongIssuer),
        Self::Refused(Fault::WrongAudience),
        Self::Refused(Fault::Revoked),
        Self::Lacking(Lack::Role),
        Self::Lacking(Lack::Scope),
        Self::Lacking(Lack::Scheme),
        Self::CrossSite,
        Self::Undecided,
    ];

    const fn facts(self) -> Facts {
        const fn unauthorized(
            code: &'static str,
            error: Option<&'static str>,
            detail: &'static str,
        ) -> Facts {
            Facts { code, status: StatusCode::UNAUTHORIZED, error, detail }
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
            Self::Lacking(Lack::Role) => Facts {
                code: "role_missing",
                status: StatusCode::FORBIDDEN,
                error: None,
                detail: "You are known here, and your roles do not allow this.",
            },
            Self::Lacking(Lack::Scope) => Facts {
                code: "scope_missing",
                status: StatusCode::FORBIDDEN,
                error: Some("insufficient_scope"),
                detail: "You are known here, and the scope of your credential does not reach this.",
            },
            Self::Lacking(Lack::Scheme) => Facts {
                code: "scheme_not_taken",
                status: StatusCode::FORBIDDEN,
                error: None,
                detail: "You are known here, but this takes another kind of credential than yours.",
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
    /// Whether signing in would help.
    pub(super) const fn can_sign_in(self) -> bool {
        matches!(self, Self::Missing | Self::Refused(_))
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
    fn codes_are_distinct_and_all_are_listed() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
