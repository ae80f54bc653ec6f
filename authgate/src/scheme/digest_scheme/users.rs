use std::future::Future;

use super::algorithm::DigestAlgorithm;
use super::ha1::Ha1;
use crate::ConfigError;

/// The source of the users of a [`Digest`](super::Digest): a
/// [`InMemoryDigestUsers`](super::InMemoryDigestUsers), or an implementation that queries a
/// database.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{DigestUsers, Found, Sought, UserName};
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// struct Row {
///     name: String,
///     ha1: String,
/// }
///
/// struct Pool;
///
/// impl Pool {
///     async fn user(&self, column: &str, value: &str) -> Result<Option<Row>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// struct Database(Pool);
///
/// impl DigestUsers<User> for Database {
///     async fn find(&self, sought: Sought<'_>) -> Found<User> {
///         let row = match sought.user {
///             UserName::Plain(name) => self.0.user("name", name).await,
///             UserName::Hashed(hash) => self.0.user("userhash", hash).await,
///             _ => return Found::Unknown,
///         };
///         match row {
///             Ok(Some(row)) => match row.ha1.parse() {
///                 Ok(ha1) => Found::Known(ha1, User { name: row.name }),
///                 Err(_) => Found::Unavailable,
///             },
///             Ok(None) => Found::Unknown,
///             Err(_) => Found::Unavailable,
///         }
///     }
/// }
/// ```
pub trait DigestUsers<P>: Send + Sync + 'static {
    /// Looks up a user and the stored H(A1) of the password.
    ///
    /// Return [`Found::Unknown`] for a missing user. The scheme then computes a full response, so
    /// that timing does not reveal which users exist.
    fn find<'a>(&'a self, sought: Sought<'a>) -> impl Future<Output = Found<P>> + Send + 'a;

    /// Returns `true` if [`find`](Self::find) supports [`UserName::Hashed`], which requires a
    /// stored [`userhash`] per user.
    ///
    /// Clients that support it then hide the user name (RFC 7616 section 3.4.4). The default is
    /// `true`.
    fn finds_hashed_names(&self) -> bool {
        true
    }

    /// Checks that the source can serve this realm. Called once, when the gate is built.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the source cannot serve the realm. The message states the problem
    /// and the fix.
    fn check(&self, realm: &str) -> Result<(), ConfigError> {
        let _ = realm;
        Ok(())
    }
}

/// The user to look up, as named by a credential.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{Sought, UserName};
///
/// fn query(sought: Sought<'_>) -> &'static str {
///     match sought.user {
///         UserName::Plain(_) => "SELECT ha1 FROM users WHERE name = ? AND realm = ?",
///         _ => "SELECT ha1 FROM users WHERE userhash = ? AND realm = ?",
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sought<'a> {
    /// The name of the user.
    pub user: UserName<'a>,
    /// The realm of the [`Digest`](super::Digest) scheme.
    pub realm: &'a str,
    /// The algorithm that the H(A1) must have.
    pub algorithm: DigestAlgorithm,
}

/// A user name, as sent by the client.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::UserName;
///
/// fn column(name: UserName<'_>) -> &'static str {
///     match name {
///         UserName::Plain(_) => "name",
///         _ => "userhash",
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum UserName<'a> {
    /// The plain name, which is not empty and has no control characters.
    Plain(&'a str),
    /// The [`userhash`] of the name, in lowercase.
    Hashed(&'a str),
}

/// The result of looking up a user.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{Found, Ha1};
///
/// /// The result for the stored H(A1) of a user.
/// fn found(name: &str, stored: Result<Option<String>, std::io::Error>) -> Found<String> {
///     match stored.map(|stored| stored.map(|ha1| ha1.parse::<Ha1>())) {
///         Ok(Some(Ok(ha1))) => Found::Known(ha1, name.to_owned()),
///         Ok(None) => Found::Unknown,
///         Ok(Some(Err(_))) | Err(_) => Found::Unavailable,
///     }
/// }
/// ```
#[expect(clippy::exhaustive_enums, reason = "known, unknown or unavailable")]
pub enum Found<P> {
    /// The stored H(A1) for the algorithm, and the principal of the user.
    Known(Ha1, P),
    /// The user does not exist, or has no H(A1) for the algorithm.
    Unknown,
    /// The lookup failed: 503.
    Unavailable,
}

/// Omits the principal.
impl<P> std::fmt::Debug for Found<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Known(..) => "Known",
            Self::Unknown => "Unknown",
            Self::Unavailable => "Unavailable",
        })
    }
}

/// Computes `H(user ":" realm)` in hexadecimal digits, by which clients name a user without
/// revealing the name (RFC 7616 section 3.4.4). Store it next to the name.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{DigestAlgorithm, userhash};
///
/// let hash = userhash(DigestAlgorithm::Sha256, "reader", "api");
/// assert_eq!(hash.len(), 64);
/// ```
#[must_use]
pub fn userhash(algorithm: DigestAlgorithm, user: &str, realm: &str) -> String {
    algorithm.hash(&[user.as_bytes(), realm.as_bytes()]).hex()
}
