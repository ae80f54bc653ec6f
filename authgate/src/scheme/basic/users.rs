use std::fmt;
use std::future::Future;

/// Verifies the passwords of users.
///
/// # Examples
///
/// Implement it with an `async fn`, or pass a closure that takes the name and the password:
///
/// ```
/// use authgate::scheme::{Login, Users};
///
/// struct User {
///     name: String,
/// }
///
/// struct Guests;
///
/// impl Users<User> for Guests {
///     async fn login(&self, name: &str, password: &str) -> Login<User> {
///         match (name, password) {
///             ("guest", "come in") => Login::Verified(User { name: name.to_owned() }),
///             ("guest", _) => Login::Wrong,
///             _ => Login::Unknown,
///         }
///     }
/// }
/// ```
///
/// # Requirements
///
/// The response time must not reveal whether a user exists. If a password is hashed for an existing
/// user, an unknown name must take as long. `authgate::password::Passwords` (feature `password`)
/// does so on blocking threads, with bounded concurrency. Its documentation shows a closure over a
/// database.
///
/// Passwords stored in clear text, as in the example, should be avoided. If they are used, compare
/// them in constant time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look up users for `Basic` and a `{P}`",
    label = "not `Users<{P}>`",
    note = "pass a closure `|name: String, password: String| async move {{ Login::<{P}>::Unknown }}`, an \
            `authgate::password::Htpasswd` (feature `password`), or a type that implements \
            `authgate::scheme::Users<{P}>`"
)]
pub trait Users<P>: Send + Sync + 'static {
    /// Checks that the user exists and that the password matches.
    fn login(&self, name: &str, password: &str) -> impl Future<Output = Login<P>> + Send;
}

#[diagnostic::do_not_recommend]
impl<P, F, L> Users<P> for F
where
    F: Fn(String, String) -> L + Send + Sync + 'static,
    L: Future<Output = Login<P>> + Send,
{
    fn login(&self, name: &str, password: &str) -> impl Future<Output = Login<P>> + Send {
        self(name.to_owned(), password.to_owned())
    }
}

/// The result of verifying a name and a password.
///
/// # Examples
///
/// ```
/// use authgate::scheme::Login;
///
/// /// The result for the stored password of a user. Prefer `Passwords`, which hashes.
/// fn login(stored: Result<Option<&str>, std::io::Error>, password: &str) -> Login<String> {
///     match stored {
///         Ok(Some(stored)) if stored == password => Login::Verified("ada".into()),
///         Ok(Some(_)) => Login::Wrong,
///         Ok(None) => Login::Unknown,
///         Err(_) => Login::Unavailable,
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Login<P> {
    /// The password is correct. Contains the principal.
    Verified(P),
    /// The password is wrong: 401 `credentials_rejected`.
    Wrong,
    /// The user does not exist. The response is identical to that of `Wrong`.
    Unknown,
    /// The password could not be verified: 503.
    Unavailable,
    /// Too many logins are pending: 503. The implementation should log that it rejects logins.
    Busy,
}

/// Omits the principal.
impl<P> fmt::Debug for Login<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified(_) => "Verified(..)",
            Self::Wrong => "Wrong",
            Self::Unknown => "Unknown",
            Self::Unavailable => "Unavailable",
            Self::Busy => "Busy",
        })
    }
}
