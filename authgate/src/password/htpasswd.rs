//! Users from files of names and hashes, as used by Apache and nginx.

mod entries;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use super::Passwords;
use crate::ConfigError;
use crate::scheme::{Login, Users};
use crate::secret::debug_only;
use entries::Entries;

/// The maximum file size, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

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
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = Htpasswd::file("users.htpasswd", |name| User { name: name.to_owned() })?;
/// let gate = authgate::Gate::<User>::builder().scheme(Basic::new(users).realm("api")).build()?;
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
/// The file is read once. To apply a change, an application reads it again, on a signal or in an
/// interval, and replaces the users in its own implementation of [`Users`]. The new users should
/// share the [`Passwords`], which bound the hashing.
///
/// ```
/// use std::sync::{Arc, PoisonError, RwLock};
///
/// use authgate::password::Htpasswd;
/// use authgate::scheme::{Login, Users};
///
/// struct User {
///     name: String,
/// }
///
/// #[derive(Clone)]
/// struct Current(Arc<RwLock<Arc<Htpasswd<User>>>>);
///
/// impl Current {
///     fn replace(&self, users: Htpasswd<User>) {
///         *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(users);
///     }
/// }
///
/// impl Users<User> for Current {
///     async fn login(&self, name: &str, password: &str) -> Login<User> {
///         let users = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
///         users.login(name, password).await
///     }
/// }
/// ```
pub struct Htpasswd<P> {
    entries: Entries,
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
    /// Returns [`ConfigError`] if the file cannot be read or contains an error. The message states
    /// the line and the remedy, and contains no part of a hash.
    pub fn file<R: Into<Option<P>>>(
        path: impl AsRef<Path>,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Result<Self, ConfigError> {
        Ok(Self::of(read(path.as_ref()).map_err(ConfigError::new)?, principal))
    }

    /// Reads the users from the text of an htpasswd file.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if a line is invalid, with the same message as [`file`](Self::file).
    pub fn text<R: Into<Option<P>>>(
        text: &str,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Result<Self, ConfigError> {
        let entries = Entries::parse(text).map_err(|error| ConfigError::new(format!("htpasswd: {error}")))?;
        Ok(Self::of(entries, principal))
    }

    fn of<R: Into<Option<P>>>(
        entries: Entries,
        principal: impl Fn(&str) -> R + Send + Sync + 'static,
    ) -> Self {
        if entries.is_empty() {
            tracing::warn!(target: "authgate::gate", "htpasswd file contains no users");
        }
        Self { entries, passwords: Passwords::new(), principal: Box::new(move |name| principal(name).into()) }
    }

    /// Sets the limits for hashing, which the application may share with its login page.
    #[must_use]
    pub fn passwords(mut self, passwords: Passwords) -> Self {
        self.passwords = passwords;
        self
    }
}

impl<P: Send + 'static> Users<P> for Htpasswd<P> {
    async fn login(&self, name: &str, password: &str) -> Login<P> {
        let stored = self.entries.stored(name);
        let is_known = stored.is_some();
        match self.passwords.verify_parsed(name, stored, self.entries.decoys(), password).await {
            Ok(true) => (self.principal)(name).map_or(Login::Unknown, Login::Verified),
            Ok(false) if is_known => Login::Wrong,
            Ok(false) => Login::Unknown,
            Err(error) => error.into_login(),
        }
    }
}

fn read(path: &Path) -> Result<Entries, String> {
    let cannot = |error| {
        format!(
            "{} cannot be read: {error}; create it with `htpasswd -c -B -C 12 {0} NAME`, and let this process read \
             it",
            path.display()
        )
    };
    // Reading a pipe would block.
    if !fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(format!("{} is not a file", path.display()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!(
            "{} is longer than {LARGEST} bytes: check that it is the right file",
            path.display()
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))?;
    Entries::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

debug_only! {
    /// Formats no user data.
    [P] Htpasswd<P> { passwords }
}
