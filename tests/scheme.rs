//! Schemes like those that users write.

use authgate::Context;
use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::scheme::{Answer, Identity, Outcome, Scheme};
use http::header::{HeaderName, HeaderValue};

use crate::app::{Role, User};

/// A scheme for `Authorization: <name> <credential>`, in which the credential determines the
/// result.
#[derive(Debug)]
pub struct Ticket {
    /// The auth-scheme.
    pub name: &'static str,
    /// `true` if the scheme responds asynchronously.
    pub later: bool,
    /// `true` if the scheme sets the field `ticket` on the response.
    pub answers: bool,
}

impl Ticket {
    /// Creates a synchronous scheme that does not change the response.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, later: false, answers: false }
    }

    fn judge(&self, ticket: &[u8]) -> Outcome<User> {
        let fault = match ticket {
            b"down" => return Outcome::Unavailable,
            b"two" => return Outcome::Ambiguous,
            b"expired" => CredentialError::Expired,
            b"not-yet" => CredentialError::NotYetValid,
            b"revoked" => CredentialError::Revoked,
            b"malformed" => CredentialError::Malformed,
            b"other-issuer" => CredentialError::WrongIssuer,
            b"other-audience" => CredentialError::WrongAudience,
            b"vera" | b"ada" => return Outcome::Authenticated(self.identity(ticket)),
            _ => CredentialError::Rejected,
        };
        Outcome::Rejected(fault)
    }

    /// Returns Vera as a viewer, or Ada as an admin.
    fn identity(&self, ticket: &[u8]) -> Identity<User> {
        let (name, role) = if ticket == b"ada" { ("ada", Role::Admin) } else { ("vera", Role::Viewer) };
        let identity = Identity::new(User::new(name, &[role], &[]), Context::of(self.name));
        if !self.answers {
            return identity;
        }
        identity.on_response(move |headers| {
            headers.append("ticket", HeaderValue::from_static(name));
        })
    }
}

impl Scheme<User> for Ticket {
    fn challenge(&self) -> Challenge {
        Challenge::new(self.name).realm("fair")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let ticket = presented.authorization().credential_of(self.name).unwrap_or_default();
        if !self.later {
            return self.judge(ticket).into();
        }
        let outcome = self.judge(ticket);
        Answer::pending(async {
            tokio::task::yield_now().await;
            outcome
        })
    }

    fn properties(&self) -> authgate::scheme::Properties {
        let properties = authgate::scheme::Properties::new();
        if self.answers { properties.sets_response_fields() } else { properties }
    }
}

/// A scheme outside of `Authorization`: `X-Api-Key: <name>`.
#[derive(Debug)]
pub struct ApiKey;

static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

impl Scheme<User> for ApiKey {
    fn challenge(&self) -> Challenge {
        Challenge::new("ApiKey").realm("keys")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        match presented.headers().get(&X_API_KEY).map(HeaderValue::as_bytes) {
            Some(b"vera") => {
                Outcome::Authenticated(Identity::new(User::new("vera", &[], &[]), Context::of("ApiKey")))
                    .into()
            }
            _ => Outcome::Rejected(CredentialError::Rejected).into(),
        }
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key(&X_API_KEY)
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().fields([X_API_KEY.clone()])
    }
}
