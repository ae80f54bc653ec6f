//! Basic authentication (RFC 7617): a user name and a password with each request.

mod credential;
mod users;

use std::sync::Arc;

pub use users::{Login, Users};

use super::login_attempts::AttemptLimits;
use super::{Ambient, Answer, Identity, Outcome, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::log::rejected;
use crate::right::{Context, CredentialError, Principal};
use crate::secret::debug_only;
use credential::Credential;

/// `Authorization: Basic` with a user name and a password (RFC 7617).
///
/// A [`Users`] implementation verifies the passwords: a closure, a custom type, or
/// `authgate::password::Htpasswd` (feature `password`).
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Basic, Login};
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// async fn look_up(name: &str, password: &str) -> Result<Option<User>, std::io::Error> {
///     Ok(None)
/// }
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// let basic = Basic::new(|name: String, password: String| async move {
///     match look_up(&name, &password).await {
///         Ok(Some(user)) => Login::Verified(user),
///         Ok(None) => Login::Wrong,
///         Err(_) => Login::Unavailable,
///     }
/// }).realm("api");
/// let gate = authgate::Gate::<User>::builder().scheme(basic).build()?;
/// # Ok(()) }
/// ```
///
/// # Accepted credentials
///
/// The credential must be canonical base64 with padding (RFC 4648 section 4), as all known clients
/// send it. So each credential has exactly one spelling. The content must be UTF-8, which the
/// challenge requests with `charset` (RFC 7617 section 2.1). Non-ASCII text in ISO-8859-1 is
/// malformed.
///
/// The first colon ends the user name, so a password may contain colons. Malformed credentials are
/// those with control characters (C0, DEL, C1), with an empty user name, or of more than 8 KiB. The
/// [`Users`] implementation must reject empty passwords.
///
/// RFC 7617 asks clients to send Unicode in Normalization Form C, and browsers do. The scheme does
/// not normalize it.
///
/// # Security
///
/// The password is sent with each request, in clear text unless TLS is used (RFC 7617 section 4).
/// It is verified on each request. Browsers remember it and attach it on their own
/// ([`Ambient::BrowserCredentials`]). Limit the passwords that clients try with
/// [`attempts`](Self::attempts).
pub struct Basic<U = ()> {
    realm: String,
    users: Arc<U>,
    limits: Option<AttemptLimits>,
}

impl<U> Basic<U> {
    /// Creates a scheme for these users. It needs a [`realm`](Self::realm).
    #[must_use]
    pub fn new(users: U) -> Self {
        Self { realm: String::new(), users: Arc::new(users), limits: None }
    }

    /// Sets the name of the protection space, which browsers show (RFC 9110 section 11.5).
    /// Required (RFC 7617 section 2).
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Limits the passwords that clients try: 429 `too_many_attempts`. Without limits, clients can
    /// try passwords as fast as the [`Users`] verify them.
    ///
    /// Attempts are counted for the name as it is sent. If the [`Users`] accept several spellings
    /// of a name, such as `vera` and `Vera`, each spelling has its own limits: compare names
    /// exactly.
    #[must_use]
    pub fn attempts(mut self, limits: &AttemptLimits) -> Self {
        self.limits = Some(limits.clone());
        self
    }
}

impl<U> SchemeName for Basic<U> {
    const NAME: &'static str = "Basic";
}

impl<P: Principal, U: Users<P>> Scheme<P> for Basic<U> {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.realm).parameter("charset", "UTF-8")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let sent = presented.authorization().credential_of(Self::NAME).unwrap_or_default();
        let Some(credential) = Credential::parse(sent) else {
            rejected(Self::NAME, "form");
            return Outcome::Rejected(CredentialError::Malformed).into();
        };
        let users = Arc::clone(&self.users);
        let limits = self.limits.as_ref();
        let started = limits.map(|limits| limits.start(presented, credential.name(), credential.password()));
        Answer::pending(async move {
            let attempt = match started {
                None => None,
                Some(started) => match started.await {
                    Ok(attempt) => Some(attempt),
                    Err(error) => return error.into(),
                },
            };
            match users.login(credential.name(), credential.password()).await {
                Login::Verified(principal) => {
                    if let Some(attempt) = attempt {
                        attempt.succeeded().await;
                    }
                    Outcome::Authenticated(Identity::new(principal, Context::of(Self::NAME)))
                }
                // The response is the same, so that callers cannot find out which accounts exist.
                wrong @ (Login::Wrong | Login::Unknown) => {
                    rejected(Self::NAME, if matches!(wrong, Login::Unknown) { "user" } else { "password" });
                    Outcome::Rejected(CredentialError::Rejected)
                }
                // A password that was not verified does not count.
                undecided @ (Login::Unavailable | Login::Busy) => {
                    if let Some(attempt) = attempt {
                        attempt.withdraw().await;
                    }
                    if matches!(undecided, Login::Busy) { Outcome::Busy } else { Outcome::Unavailable }
                }
            }
        })
    }

    fn properties(&self) -> Properties {
        let properties = Properties::new().ambient(Ambient::BrowserCredentials).without_login();
        if self.limits.is_some() { properties.limits_attempts() } else { properties }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let realm = self.realm.as_str();
        if realm.is_empty() {
            return Err(ConfigError::new(
                "the Basic scheme has no realm, which RFC 7617 requires: write the name that people know the \
                 service by, such as `Basic::new(users).realm(\"api\")`",
            ));
        }
        if Challenge::new(Self::NAME).realm(realm).get("realm") != Some(realm) {
            return Err(ConfigError::new(format!(
                "cannot send the realm {realm:?}: use printable ASCII without quotes and backslashes"
            )));
        }
        Ok(())
    }
}

debug_only! {
    /// Omits the users.
    [U] Basic<U> { realm }
}
