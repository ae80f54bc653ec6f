use std::future::Future;

use super::algorithm::Algorithm;
use super::ha1::Ha1;
use crate::ConfigError;

/// Where a [`Digest`](super::Digest) finds its users: by default in a [`DigestTable`](super::DigestTable), or in a
/// database by an implementation of yours.
///
/// ```
/// use authgate::scheme::digest::{DigestUsers, Found, Sought, UserName};
/// # #[derive(authgate::Principal)]
/// # struct User { #[principal(id)] name: String }
/// # struct Row { name: String, ha1: String }
/// # struct Pool;
/// # impl Pool {
/// #     async fn user(&self, column: &str, value: &str) -> Result<Option<Row>, std::io::Error> { Ok(None) }
/// # }
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
///                 Err(_) => Found::Undecided,
///             },
///             Ok(None) => Found::Unknown,
///             Err(_) => Found::Undecided,
///         }
///     }
/// }
/// ```
pub trait DigestUsers<P>: Send + Sync + 'static {
    /// Finds a user, with what is stored of his password. Who is not there is [`Found::Unknown`]: the scheme then
    /// computes as long as for somebody, so that the answer does not tell.
    fn find<'a>(&'a self, sought: Sought<'a>) -> impl Future<Output = Found<P>> + Send + 'a;

    /// Whether it can find [`UserName::Hashed`], for which it has to keep [`userhash`] of each user. If so, clients
    /// that know how to do not send the name in clear (RFC 7616 section 3.4.4).
    fn finds_hashed_names(&self) -> bool {
        true
    }

    /// Whether it can work for this realm. Asked once, when the gate is built.
    ///
    /// # Errors
    ///
    /// What is wrong, and what to write instead.
    fn check(&self, realm: &str) -> Result<(), ConfigError> {
        let _ = realm;
        Ok(())
    }
}

/// Whom a credential names.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sought<'a> {
    /// His name.
    pub user: UserName<'a>,
    /// The realm of the [`Digest`](super::Digest) that asks.
    pub realm: &'a str,
    /// For which algorithm the H(A1) has to be.
    pub algorithm: Algorithm,
}

/// A user's name as it was sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum UserName<'a> {
    /// In clear: not empty, and without control characters.
    Plain(&'a str),
    /// Its [`userhash`], in lower case.
    Hashed(&'a str),
}

/// What is known of a user.
#[expect(clippy::exhaustive_enums, reason = "somebody, nobody, or not known")]
pub enum Found<P> {
    /// What is stored of his password for the algorithm, and who he is.
    Known(Ha1, P),
    /// There is no such user, or he has no H(A1) for the algorithm.
    Unknown,
    /// It could not be found out: 503.
    Undecided,
}

/// Says who is known of nobody.
impl<P> std::fmt::Debug for Found<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Known(..) => "Known",
            Self::Unknown => "Unknown",
            Self::Undecided => "Undecided",
        })
    }
}

/// `H(user ":" realm)` in hexadecimal digits, by which a client names a user without telling (RFC 7616 section 3.4.4):
/// the column to keep beside the name.
#[must_use]
pub fn userhash(algorithm: Algorithm, user: &str, realm: &str) -> String {
    algorithm.hash(&[user.as_bytes(), realm.as_bytes()]).hex()
}
