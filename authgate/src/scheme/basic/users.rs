use std::fmt;
use std::future::Future;

/// Who the users are, and whether a password is theirs.
///
/// Implement it for a type of yours with an `async fn`, or give a closure that takes the name and the password:
///
/// ```
/// use authgate::scheme::{Login, Users};
/// # struct User { name: String }
///
/// struct Guests;
///
/// impl Users<User> for Guests {
///     async fn login(&self, name: &str, password: &str) -> Login<User> {
///         match (name, password) {
///             ("guest", "come in") => Login::Right(User { name: name.to_owned() }),
///             ("guest", _) => Login::Wrong,
///             _ => Login::Unknown,
///         }
///     }
/// }
/// ```
///
/// # What it has to see to
///
/// A client must not learn from how long the answer takes whether a user exists: where a password is hashed for a user
/// who exists, a name without a user must take as long. `authgate::password::Passwords` (feature `password`) does
/// that, off the async threads and bounded; its documentation has a closure over a database to copy. Passwords that are
/// compared as they are, as in the example, want a comparison in constant time, and better: no such passwords.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell `Basic` who a `{P}` is",
    label = "not `Users<{P}>`",
    note = "give a closure `|name: String, password: String| async move {{ Login::<{P}>::Unknown }}`, an \
            `authgate::password::Htpasswd` (feature `password`), or a type that implements `authgate::scheme::Users<{P}>`"
)]
pub trait Users<P>: Send + Sync + 'static {
    /// Finds out whether there is such a user, and whether this is his password.
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

/// What becomes of a name and a password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Login<P> {
    /// It is this caller.
    Right(P),
    /// The password is another. Goes out as 401 `credentials_rejected`.
    Wrong,
    /// There is no such user. Goes out as `Wrong` does, to the letter.
    Unknown,
    /// It could not be found out: 503.
    Undecided,
    /// Too many logins are waiting: 503. Whoever answers so logs that logins are refused.
    Busy,
}

/// Prints no principal.
impl<P> fmt::Debug for Login<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right(_) => "Right(..)",
            Self::Wrong => "Wrong",
            Self::Unknown => "Unknown",
            Self::Undecided => "Undecided",
            Self::Busy => "Busy",
        })
    }
}
