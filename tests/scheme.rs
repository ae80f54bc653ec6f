//! Schemes like those that users write.

use authgate::credentials::Presented;
use authgate::scheme::{Answer, Identity, Scheme, Verdict};
use authgate::{Challenge, Context, Fault};
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

    fn judge(&self, ticket: &[u8]) -> Verdict<User> {
        let fault = match ticket {
            b"down" => return Verdict::Undecided,
            b"two" => return Verdict::Ambiguous,
            b"expired" => Fault::Expired,
            b"not-yet" => Fault::NotYetValid,
            b"revoked" => Fault::Revoked,
            b"malformed" => Fault::Malformed,
            b"other-issuer" => Fault::WrongIssuer,
            b"other-audience" => Fault::WrongAudience,
            b"vera" | b"ada" => return Verdict::Identified(self.identity(ticket)),
            _ => Fault::Rejected,
        };
        Verdict::Refused(fault)
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

    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, User> {
        let ticket = presented.authorization().credential_of(self.name).unwrap_or_default();
        if !self.later {
            return self.judge(ticket).into();
        }
        Answer::later(async {
            tokio::task::yield_now().await;
            self.judge(ticket)
        })
    }

    fn answers(&self) -> bool {
        self.answers
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

    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, User> {
        match presented.headers().get(&X_API_KEY).map(HeaderValue::as_bytes) {
            Some(b"vera") => {
                Verdict::Identified(Identity::new(User::new("vera", &[], &[]), Context::of("ApiKey"))).into()
            }
            _ => Verdict::Refused(Fault::Rejected).into(),
        }
    }

    fn is_presented(&self, _: &str, presented: &Presented<'_>) -> bool {
        presented.headers().contains_key(&X_API_KEY)
    }

    fn fields(&self) -> &[HeaderName] {
        std::slice::from_ref(&X_API_KEY)
    }
}
