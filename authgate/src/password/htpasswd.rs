//! Users from files of names and hashes, as used by Apache and nginx.

mod entries;
mod source;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use super::Passwords;
use crate::scheme::{Login, Users};
use entries::Entries;
use source::Source;

/// The users of an htpasswd file, which has one `name:hash` line per user.
///
/// `htpasswd -B -C 12 users.htpasswd vera` writes such a line. The hashes must be supported by
/// [`Passwords`]. Other hashes and duplicate names are errors. Empty lines and lines that start
/// with `#` are ignored. The maximum file size is 4 MiB.
///
/// # Examples
///
/// ```no_run
/// use authgate::password::Htpasswd;
/// use authgate::scheme::Basic;
/// # #[derive(authgate::Principal)]
/// # struct User { #[principal(id)] name: String }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Htpasswd::file("users.htpasswd", |name| User { name: name.to_owned() })?;
/// let gate = authgate::Gate::<User>::builder().scheme(Basic::new("api", users)).build()?;
/// # Ok(()) }
/// ```
///
/// # Unknown names
///
/// A failure takes the same time for every name, whether or not the file contains it. This is the
/// time of the most expensive hashes in the file. The kinds and costs of the hashes may therefore
/// be mixed.
///
/// # Changes of the file
///
/// A changed file is read again on a blocking thread. Logins check for a change, at most once per
/// second. They compare the modification time and the length of the file. On Unix, they also
/// compare its inode and the time at which the inode was changed.
///
/// If the file cannot be read or contains an error, the users stay as they were. An event is then
/// logged at the level `ERROR` (target `authgate::gate`). An editing mistake therefore locks out no
/// user, but it also revokes no access. After revoking access, check that no such event was logged.
pub struct Htpasswd<P> {
    source: Arc<Source>,
    passwords: Passwords,
    principal: Box<ToPrincipal<P>>,
}

/// Returns the principal of a user name.
type ToPrincipal<P> = dyn Fn(&str) -> Option<P> + Send + Sync;

impl<P> Htpasswd<P> {
    /// Reads the file. `principal` returns the principal of a user name. It is called after the
    /// password was verified, and may return `None` to deny the login.
    ///
    /// # Errors
    ///
    /// Returns [`HtpasswdError`] if the file cannot be read or contains an error.
    pub fn file<R: Into<Option<P>>>(
        path: impl Into<PathBuf>,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Result<Self, HtpasswdError> {
        Ok(Self::of(Source::file(path.into())?, principal))
    }

    /// Reads the users from the text of an htpasswd file.
    ///
    /// # Errors
    ///
    /// Returns [`HtpasswdError`] if a line is invalid.
    pub fn text<R: Into<Option<P>>>(
        text: &str,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Result<Self, HtpasswdError> {
        let entries =
            Entries::parse(text).map_err(|error| HtpasswdError::new(format!("htpasswd: {error}")))?;
        Ok(Self::of(Source::fixed(entries), principal))
    }

    fn of<R: Into<Option<P>>>(source: Source, principal: impl Fn(&str) -> R + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(source),
            passwords: Passwords::new(),
            principal: Box::new(move |name| principal(name).into()),
        }
    }

    /// Sets the limits for hashing, which the application may share with its login page.
    #[must_use]
    pub fn passwords(mut self, passwords: Passwords) -> Self {
        self.passwords = passwords;
        self
    }

    async fn ask(&self, name: &str, password: &str) -> Login<P> {
        let entries = self.source.entries().await;
        let stored = entries.stored(name);
        let is_known = stored.is_some();
        match self.passwords.verify_parsed(name, stored, entries.decoys(), password).await {
            Ok(true) => (self.principal)(name).map_or(Login::Unknown, Login::Right),
            Ok(false) if is_known => Login::Wrong,
            Ok(false) => Login::Unknown,
            Err(error) => error.into_login(),
        }
    }
}

impl<P: Send + 'static> Users<P> for Htpasswd<P> {
    fn login(&self, name: &str, password: &str) -> impl Future<Output = Login<P>> + Send {
        self.ask(name, password)
    }
}

/// Formats no user data.
impl<P> fmt::Debug for Htpasswd<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Htpasswd")
            .field("source", &self.source)
            .field("passwords", &self.passwords)
            .finish_non_exhaustive()
    }
}

/// An error for an htpasswd file that cannot be used. The message states the line and the remedy,
/// and contains no part of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtpasswdError {
    text: String,
}

impl HtpasswdError {
    fn new(text: String) -> Self {
        Self { text }
    }
}

impl fmt::Display for HtpasswdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for HtpasswdError {}
