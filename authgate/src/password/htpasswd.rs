//! Users from a file of names and hashes, as Apache's and nginx's.

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

/// The users of an htpasswd file: a line `name:hash` for each.
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
/// `htpasswd -B -C 12 users.htpasswd vera` writes such lines. Hashes are those that [`Passwords`] takes; others, and
/// names that occur twice, are errors. Empty lines and lines that start with `#` are passed over. A file has at most
/// 4 MiB.
///
/// # Names that do not exist
///
/// A failure is answered after the same time for every name, whether it is in the file or not: that of the costliest hashes
/// of the file. So the kinds and the costs of the hashes may be mixed.
///
/// # When the file changes
///
/// It is read again, on a blocking thread; whether it has changed is looked up when somebody logs in, once a second at
/// most, by its time and length and, on Unix, by its inode and when that was changed. A file that cannot be read any more, or has a mistake, leaves the users as they were,
/// and the operator an event at the level `ERROR` (target `authgate::gate`): a slip of an editor locks nobody out. It
/// lets nobody go, either; to take access away, see that there is no such event.
pub struct Htpasswd<P> {
    source: Arc<Source>,
    passwords: Passwords,
    principal: Box<ToPrincipal<P>>,
}

/// Who the user of a name is.
type ToPrincipal<P> = dyn Fn(&str) -> Option<P> + Send + Sync;

impl<P> Htpasswd<P> {
    /// Reads the file; `principal` says who the user of a name is. It may say `None` for one who is to be let in no
    /// longer, and is asked after the password has turned out right.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has a mistake.
    pub fn file<R: Into<Option<P>>>(
        path: impl Into<PathBuf>,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Result<Self, HtpasswdError> {
        Ok(Self::of(Source::file(path.into())?, principal))
    }

    /// Takes the lines themselves.
    ///
    /// # Errors
    ///
    /// They have a mistake.
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

    /// Hashes with these bounds, which the application may share with its login page.
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

/// Prints no user.
impl<P> fmt::Debug for Htpasswd<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Htpasswd")
            .field("source", &self.source)
            .field("passwords", &self.passwords)
            .finish_non_exhaustive()
    }
}

/// An htpasswd file that cannot be used. Its text says where the mistake is and what to do, and has nothing of a hash.
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
