use std::fmt;
use std::time::Duration;

use crate::DenialMessage;

/// Why a presented credential was not accepted. Returned by a `Scheme`.
///
/// All faults give 401 with a challenge (RFC 9110 section 11.4), except for `TooManyAttempts`. A
/// scheme does not report missing rights.
///
/// # Examples
///
/// ```
/// use authgate::denial::{CredentialError, Reason};
///
/// let reason = Reason::InvalidCredentials(CredentialError::Expired);
/// assert_eq!((reason.status(), reason.code()), (401, "credentials_expired"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialError {
    /// The credential does not have the form that the scheme requires.
    Malformed,
    /// The credential has expired.
    Expired,
    /// The credential is not valid yet.
    NotYetValid,
    /// The signature or password is wrong, the key or user is unknown, or the kind of credential is
    /// not accepted.
    Rejected,
    /// The issuer of the credential is not trusted.
    WrongIssuer,
    /// The credential is intended for another service.
    WrongAudience,
    /// The credential was revoked before it expired.
    Revoked,
    /// The proof that must come with the credential is missing, invalid, for another request, or a
    /// replay (RFC 9449 section 4.3).
    ProofInvalid,
    /// The proof lacks a current nonce. The response has one (RFC 9449 section 9).
    ProofNonceMissing,
    /// The credential was not checked, because the client has tried too often: 429 with
    /// `Retry-After` and without a challenge (RFC 6585 section 4). Created by
    /// [`too_many_attempts`](Self::too_many_attempts).
    TooManyAttempts {
        /// The seconds after which the client may try again. Zero is sent as one.
        retry_after: u32,
    },
}

/// Why an authenticated caller is denied. Returned by a
/// `Requirement`.
///
/// All give 403, except for a login that is too old or too weak, which gives 401.
///
/// # Examples
///
/// ```
/// use authgate::denial::{ForbiddenReason, Reason};
///
/// let reason = Reason::Forbidden(ForbiddenReason::Scope);
/// assert_eq!((reason.status(), reason.code()), (403, "scope_missing"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForbiddenReason {
    /// A login that is recent or strong enough: 401 with the required login (RFC 9470).
    Login,
    /// A required scope is missing.
    Scope,
    /// The credential is not of the required scheme.
    Scheme,
    /// The credential is not from the required issuer.
    Issuer,
    /// The caller holds a right that the rule excludes.
    Excluded,
    /// A required permission is missing.
    Permission,
    /// A required role is missing.
    Role,
    /// The credential is valid, but its holder has no account at this service.
    Account,
    /// A custom requirement or policy denies the caller.
    Policy(&'static DenialMessage),
}

impl CredentialError {
    /// Creates a `TooManyAttempts` for this time to wait, rounded up to whole seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use authgate::denial::{CredentialError, Reason};
    ///
    /// let error = CredentialError::too_many_attempts(Duration::from_millis(1500));
    /// assert_eq!(error, CredentialError::TooManyAttempts { retry_after: 2 });
    /// assert_eq!(Reason::InvalidCredentials(error).status(), 429);
    /// ```
    #[must_use]
    pub fn too_many_attempts(retry_after: Duration) -> Self {
        let seconds = retry_after.as_secs().saturating_add(u64::from(retry_after.subsec_nanos() > 0));
        Self::TooManyAttempts { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) }
    }

    /// Returns the code and the sentence sent to the client.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => ("credentials_malformed", "Your credential is malformed."),
            Self::Expired => ("credentials_expired", "Your credential has expired. Get a new one."),
            Self::NotYetValid => ("credentials_not_yet_valid", "Your credential is not valid yet."),
            Self::Rejected => ("credentials_rejected", "Your credential was rejected."),
            Self::WrongIssuer => {
                ("credentials_wrong_issuer", "The issuer of your credential is not trusted.")
            }
            Self::WrongAudience => {
                ("credentials_wrong_audience", "Your credential is intended for another service.")
            }
            Self::Revoked => ("credentials_revoked", "Your credential has been revoked."),
            Self::ProofInvalid => {
                ("proof_invalid", "The proof of possession for your credential is missing or invalid.")
            }
            Self::ProofNonceMissing => (
                "proof_nonce_missing",
                "Your proof of possession lacks a current nonce. Retry with the nonce of this response.",
            ),
            Self::TooManyAttempts { .. } => ("too_many_attempts", "Too many attempts. Try again later."),
        }
    }
}

impl ForbiddenReason {
    /// Returns the code and the sentence sent to the client.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Login => {
                ("step_up_required", "This requires a more recent or stronger login. Log in again.")
            }
            Self::Scope => ("scope_missing", "Your credential lacks the required scope."),
            Self::Scheme => ("scheme_not_accepted", "This requires another kind of credential."),
            Self::Issuer => ("issuer_not_accepted", "This requires a credential from another issuer."),
            Self::Excluded => ("excluded", "A right that you hold excludes this."),
            Self::Permission => ("permission_missing", "You lack the required permission."),
            Self::Role => ("role_missing", "You lack the required role."),
            Self::Account => ("account_unknown", "You have no account here."),
            Self::Policy(message) => (message.code(), message.detail()),
        }
    }

    /// Returns the more severe of two, to report if both apply.
    ///
    /// A scope is reported only if nothing but scopes is missing, because a new scope would not
    /// help otherwise. A login is reported only if nothing else is missing.
    #[must_use]
    pub const fn weightier(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    /// Returns the less severe of two, to report if either is enough: the easier one for the caller
    /// to obtain.
    #[must_use]
    pub const fn lighter(self, other: Self) -> Self {
        if other.weight() < self.weight() { other } else { self }
    }

    const fn weight(self) -> u8 {
        match self {
            Self::Login => 0,
            Self::Scope => 1,
            Self::Scheme => 2,
            Self::Issuer => 3,
            Self::Excluded => 4,
            Self::Permission => 5,
            Self::Role => 6,
            Self::Account => 7,
            Self::Policy(_) => 8,
        }
    }
}

/// Why a request was denied. Each reason has one status, one code and one sentence.
///
/// # Examples
///
/// ```
/// use authgate::denial::Reason;
///
/// let reason = Reason::NoCredentials;
/// assert_eq!((reason.status(), reason.code()), (401, "credentials_missing"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The request carries no credentials that the route accepts: 401.
    NoCredentials,
    /// The request carries more than one credential where one is allowed: 400.
    Ambiguous,
    /// The credential is not valid: 401. The client has tried too often: 429.
    InvalidCredentials(CredentialError),
    /// The caller is authenticated but lacks the right: 403, or 401 if another login is required.
    Forbidden(ForbiddenReason),
    /// The resource does not exist, or is concealed from the caller: 404.
    NotFound,
    /// An unsafe request with ambient credentials comes from another site: 403.
    CrossSite,
    /// The decision is not available: 503.
    Unavailable,
    /// Too many callers are authenticating: 503.
    Busy,
    /// The code that decides has panicked: 500.
    Failed,
}

impl Reason {
    /// All reasons.
    #[doc(hidden)]
    pub const ALL: [Self; 26] = [
        Self::NoCredentials,
        Self::Ambiguous,
        Self::InvalidCredentials(CredentialError::Malformed),
        Self::InvalidCredentials(CredentialError::Expired),
        Self::InvalidCredentials(CredentialError::NotYetValid),
        Self::InvalidCredentials(CredentialError::Rejected),
        Self::InvalidCredentials(CredentialError::WrongIssuer),
        Self::InvalidCredentials(CredentialError::WrongAudience),
        Self::InvalidCredentials(CredentialError::Revoked),
        Self::InvalidCredentials(CredentialError::ProofInvalid),
        Self::InvalidCredentials(CredentialError::ProofNonceMissing),
        Self::InvalidCredentials(CredentialError::TooManyAttempts { retry_after: 0 }),
        Self::Forbidden(ForbiddenReason::Login),
        Self::Forbidden(ForbiddenReason::Scope),
        Self::Forbidden(ForbiddenReason::Scheme),
        Self::Forbidden(ForbiddenReason::Issuer),
        Self::Forbidden(ForbiddenReason::Excluded),
        Self::Forbidden(ForbiddenReason::Permission),
        Self::Forbidden(ForbiddenReason::Role),
        Self::Forbidden(ForbiddenReason::Account),
        Self::Forbidden(ForbiddenReason::Policy(&DenialMessage::DENIED)),
        Self::NotFound,
        Self::CrossSite,
        Self::Unavailable,
        Self::Busy,
        Self::Failed,
    ];

    /// Returns the index in [`ALL`](Self::ALL), or `None` for a custom refusal and for a time to
    /// wait.
    #[doc(hidden)]
    #[must_use]
    pub fn position(self) -> Option<usize> {
        Self::ALL.iter().position(|reason| *reason == self)
    }

    /// Returns the code and the sentence sent to the client.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::NoCredentials => (
                "credentials_missing",
                "Authentication is required. The request has no accepted credentials.",
            ),
            Self::Ambiguous => {
                ("credentials_ambiguous", "The request has more than one credential. Send only one.")
            }
            Self::InvalidCredentials(error) => error.texts(),
            Self::Forbidden(reason) => reason.texts(),
            Self::NotFound => ("not_found", "The resource does not exist."),
            Self::CrossSite => ("cross_site", "Requests from other sites are not allowed."),
            Self::Unavailable => ("undecided", "Authorization is temporarily unavailable. Try again later."),
            Self::Busy => ("busy", "Too many clients are logging in. Try again later."),
            Self::Failed => ("failed", "Authorization failed because of an internal error."),
        }
    }

    /// Returns the machine-readable reason, as in the `reason` member of the body and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.texts().0
    }

    /// Returns the status of the response.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Ambiguous => 400,
            Self::InvalidCredentials(CredentialError::TooManyAttempts { .. }) => 429,
            Self::NoCredentials | Self::InvalidCredentials(_) | Self::Forbidden(ForbiddenReason::Login) => {
                401
            }
            Self::Forbidden(_) | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::Failed => 500,
            Self::Unavailable | Self::Busy => 503,
        }
    }

    /// Returns the `error` of the challenge (RFC 6750 section 3.1, RFC 9449 section 7.1), if it has
    /// one.
    #[must_use]
    pub const fn error(self) -> Option<&'static str> {
        match self {
            Self::Ambiguous => Some("invalid_request"),
            Self::InvalidCredentials(CredentialError::TooManyAttempts { .. }) => None,
            Self::InvalidCredentials(CredentialError::ProofInvalid) => Some("invalid_dpop_proof"),
            Self::InvalidCredentials(CredentialError::ProofNonceMissing) => Some("use_dpop_nonce"),
            Self::InvalidCredentials(_) => Some("invalid_token"),
            Self::Forbidden(ForbiddenReason::Login) => Some("insufficient_user_authentication"),
            Self::Forbidden(ForbiddenReason::Scope) => Some("insufficient_scope"),
            _ => None,
        }
    }

    /// Returns the sentence sent to the client.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        self.texts().1
    }

    /// Returns the short title sent to the client: the standard phrase of the status, as for a
    /// problem without a type (RFC 9457 section 4.2.1).
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self.status() {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        }
    }
}

impl Reason {
    /// Returns `true` if an authenticated caller lacks a right. Only such reasons can be concealed.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Forbidden(_))
    }

    /// Returns the seconds after which the client may try again, for `Retry-After` (RFC 9110
    /// section 10.2.3).
    #[doc(hidden)]
    #[must_use]
    pub const fn retry_after(self) -> Option<u32> {
        match self {
            // A client that gets zero would try again at once.
            Self::InvalidCredentials(CredentialError::TooManyAttempts { retry_after: 0 }) => Some(1),
            Self::InvalidCredentials(CredentialError::TooManyAttempts { retry_after }) => Some(retry_after),
            Self::Unavailable | Self::Busy => Some(5),
            _ => None,
        }
    }

    /// Returns `true` if no caller was authenticated.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_about_authentication(self) -> bool {
        matches!(self, Self::NoCredentials | Self::Ambiguous | Self::InvalidCredentials(_))
    }

    /// Returns `true` if signing in would help.
    #[doc(hidden)]
    #[must_use]
    pub const fn can_sign_in(self) -> bool {
        self.status() == 401
    }
}

/// Formats the code.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_reason_has_a_unique_position() {
        let positions: Vec<_> = Reason::ALL.into_iter().filter_map(Reason::position).collect();
        assert_eq!(positions, (0..Reason::ALL.len()).collect::<Vec<_>>());
        const OWN: DenialMessage = DenialMessage::new("account_suspended", "Your account is suspended.");
        assert_eq!(Reason::Forbidden(ForbiddenReason::Policy(&OWN)).position(), None);
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
