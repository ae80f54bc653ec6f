//! Basic (RFC 7617): a user name and a password with each request.

mod credential;
mod users;

use std::fmt;

pub use users::{Login, Users};

use super::{Answer, Attachment, Identity, Named, Scheme, Verdict};
use crate::ConfigError;
use crate::credentials::Presented;
use crate::denial::Challenge;
use crate::right::{Context, Fault, Principal};
use credential::Credential;

/// `Authorization: Basic` with a user name and a password (RFC 7617).
///
/// Who the users are, and what their passwords, is for a [`Users`] to say: a closure, a type of yours, or an
/// `authgate::password::Htpasswd` (feature `password`).
///
/// ```
/// use authgate::scheme::{Basic, Login};
/// # #[derive(authgate::Principal)]
/// # struct User { #[principal(id)] name: String }
/// # async fn look_up(name: &str, password: &str) -> Result<Option<User>, std::io::Error> { Ok(None) }
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// let basic = Basic::new("api", |name: String, password: String| async move {
///     match look_up(&name, &password).await {
///         Ok(Some(user)) => Login::Right(user),
///         Ok(None) => Login::Wrong,
///         Err(_) => Login::Undecided,
///     }
/// });
/// let gate = authgate::Gate::<User>::builder().scheme(basic).build()?;
/// # Ok(()) }
/// ```
///
/// # What is taken
///
/// The credential is base64 (RFC 4648 section 4) with its padding and without stray bits, so that each has one
/// spelling; all clients that are known send it so. What is in it is UTF-8, as the challenge asks for (`charset`, RFC
/// 7617 section 2.1); a client that sends ISO-8859-1 is malformed as soon as it leaves ASCII. The first colon ends the
/// user name, so the password may have some. Control characters (C0, DEL, C1) and an empty user name are malformed, an
/// empty password is for the [`Users`] to refuse, and so is a credential of more than 8 KiB.
///
/// The client is asked to send Unicode in Normalization Form C, and browsers do; it is compared as it comes.
///
/// # What it is worth
///
/// The password crosses the wire with each request, in clear but for TLS (RFC 7617 section 4), and is verified each
/// time. A browser remembers it and attaches it unasked ([`Attachment::Remembered`]).
pub struct Basic<U = ()> {
    realm: String,
    users: U,
}

impl<U> Basic<U> {
    /// Asks these users, for the protection space `realm` (RFC 9110 section 11.5), which browsers show to people.
    pub fn new(realm: impl Into<String>, users: U) -> Self {
        Self { realm: realm.into(), users }
    }
}

impl<U> Named for Basic<U> {
    const NAME: &'static str = "Basic";
}

impl<P: Principal, U: Users<P>> Scheme<P> for Basic<U> {
    fn knows_login(&self) -> bool {
        false
    }

    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.realm).parameter("charset", "UTF-8")
    }

    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, P> {
        let sent = presented.authorization().credential_of(Self::NAME).unwrap_or_default();
        let Some(credential) = Credential::parse(sent) else {
            return Verdict::Refused(Fault::Malformed).into();
        };
        Answer::later(async move {
            match self.users.login(credential.name(), credential.password()).await {
                Login::Right(principal) => {
                    Verdict::Identified(Identity::new(principal, Context::of(Self::NAME)))
                }
                // One answer for both: whether somebody has an account is not for everybody to ask.
                Login::Wrong | Login::Unknown => Verdict::Refused(Fault::Rejected),
                Login::Undecided => Verdict::Undecided,
                Login::Busy => Verdict::Busy,
            }
        })
    }

    fn attachment(&self) -> Attachment {
        Attachment::Remembered
    }

    fn check(&self) -> Result<(), ConfigError> {
        let realm = self.realm.as_str();
        if realm.is_empty() {
            return Err(ConfigError::new(
                "the Basic scheme has no realm, and RFC 7617 requires one: write what people know the service by, \
                 such as `Basic::new(\"api\", users)`",
            ));
        }
        if Challenge::new(Self::NAME).realm(realm).get("realm") != Some(realm) {
            return Err(ConfigError::new(format!(
                "the realm {realm:?} cannot be sent: keep to printable ASCII without quotes and backslashes"
            )));
        }
        Ok(())
    }
}

/// Prints no user.
impl<U> fmt::Debug for Basic<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic").field("realm", &self.realm).finish_non_exhaustive()
    }
}
