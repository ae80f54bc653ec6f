//! Verifies passwords against stored hashes, with bounded concurrency and off the async threads.
//! Reads users from htpasswd files.
//!
//! Requires the feature `password`.

mod error;
mod htpasswd;
mod keyed;
mod lanes;
mod memory;
mod pace;
mod recent;
mod scheduler;
mod stored;
mod timeline;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fmt, slice, thread};

pub use error::{HashError, PasswordError};
pub use htpasswd::Htpasswd;

use crate::scheme::Login;
use keyed::Key;
use memory::Memory;
use scheduler::{LoginRequest, Scheduler};
pub(crate) use stored::Stored;

/// The maximum length of a password that is hashed, in bytes.
const LONGEST: usize = 1024;

/// The maximum number of concurrent hashes: the default number of tokio's blocking threads.
const MOST_AT_ONCE: usize = 512;

/// The maximum number of waiting attempts.
const MOST_WAITING: usize = 64 * 1024;

/// The default patience: less than a gate's timeout of two seconds.
const PATIENCE: Duration = Duration::from_millis(1800);

/// The maximum patience.
const MOST_PATIENCE: Duration = Duration::from_secs(3600);

/// Verifies passwords against stored hashes and creates such hashes.
///
/// Supported hashes are bcrypt (`$2a$`, `$2b$`, `$2y$`) and argon2 (`$argon2id$v=19$..`, and
/// `argon2i`, `argon2d`). They are computed on tokio's blocking threads and need a tokio runtime
/// with its timer.
///
/// [`at_once`](Self::at_once) limits the concurrent hashes, [`waiting`](Self::waiting) the waiting
/// attempts, and [`patience`](Self::patience) the time of an attempt. Clones share these limits, so
/// use one value for the whole application.
///
/// # Examples
///
/// ```
/// use authgate::password::Passwords;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = Passwords::new();
/// let stored = passwords.hash("correct horse").await?;
/// assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// assert!(passwords.verify("vera", Some(&stored), "correct horse").await?);
/// assert!(!passwords.verify("vera", Some(&stored), "battery staple").await?);
/// assert!(!passwords.verify("nobody", None, "correct horse").await?);
/// # Ok(()) }
/// ```
///
/// Users of [`Basic`](crate::scheme::Basic) from a database:
///
/// ```
/// use authgate::password::Passwords;
/// use authgate::scheme::{Basic, Login};
/// use authgate::{ConfigError, Gate};
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// /// Finds the stored hash of a user.
/// async fn find(name: &str) -> Result<Option<(String, User)>, std::io::Error> {
///     Ok(None)
/// }
///
/// fn gate(passwords: Passwords) -> Result<Gate<User>, ConfigError> {
///     let users = move |name: String, password: String| {
///         let passwords = passwords.clone();
///         async move {
///             match find(&name).await {
///                 Ok(found) => passwords.login(&name, found, &password).await,
///                 Err(_) => Login::Unavailable,
///             }
///         }
///     };
///     Gate::builder().scheme(Basic::new(users).realm("api")).build()
/// }
/// ```
///
/// # Unknown names
///
/// For a wrong password and an unknown name, the result and its time depend only on when attempts
/// arrive and on how long hashes take. They do not depend on whether the name exists. An unknown
/// name is delayed but not hashed.
///
/// A correct password is answered as soon as its hash is computed, if no other attempt was pending
/// when it arrived. Otherwise it is answered when its turn ends, which depends only on when
/// attempts arrive. An account holder can therefore not infer from the time of a login whether
/// another attempt is being hashed. The result of [`hash`](Self::hash) is delayed in the same way.
///
/// The duration of a hash is measured with a decoy that belongs to no user. While attempts arrive,
/// one decoy is hashed per 16 times that duration. The hash of a user is measured only if no hash
/// of its kind and cost was measured before: see [`like`](Self::like).
///
/// An attacker can still learn the following:
///
/// - A slow hash delays the response to a wrong password, but not to an unknown name. It must take
///   more than 1.5 times as long as each of the last eight measured hashes. If
///   [`patience`](Self::patience) is shorter than 1.5 times the duration of a hash, less is enough.
///   A client that can slow down the machine for a moment can thus learn whether a name exists. A
///   slow hash can also delay correct passwords.
/// - If the queue is full, later correct passwords of users without a recent login are hashed only
///   in spare time. Whether such a login succeeds reveals how many of the attempts before it are
///   hashed.
/// - The application looks up the user. This should take the same time for existing and unknown
///   names.
///
/// # Many logins
///
/// Passwords that cannot be hashed in time fail with [`PasswordError::Busy`], after two and a half
/// times the duration of a hash. A flood of failing logins has little effect on other logins:
///
/// - Unknown names are not hashed.
/// - The queue holds one attempt per name at a time. Equal attempts for a name share one hash.
/// - The password of a name's last successful login has priority, but every second hash comes
///   from the queue. Such a password is recognized by 16 bits of a keyed hash, which are kept in
///   memory for 16,384 names. It is hashed in any case.
/// - If the queue is full, names that were not hashed recently are hashed in spare time.
///
/// A flood of attempts for many existing names can still lock out users who have not logged in
/// since the process started. A flood for one name can prevent the first login of that user, but
/// not of others. [`AttemptLimits`](crate::scheme::attempts::AttemptLimits) limits the attempts
/// before they enter the queue.
///
/// # Passwords that never match
///
/// - A password of more than 1 KiB is rejected without hashing.
/// - A password with a NUL is rejected without hashing, because some implementations stop reading
///   there.
/// - A password of more than 72 bytes does not match a bcrypt hash. bcrypt ignores the remaining
///   bytes, so any suffix would match. Such a user needs an argon2 hash.
#[derive(Clone)]
pub struct Passwords {
    scheduler: Arc<Scheduler>,
    decoy: Arc<Stored>,
    /// `None` if the system has no random numbers. Passwords are then not recognized.
    key: Option<Key>,
    memory: Option<Arc<Memory>>,
    /// `true` once a warning about an unsuitable decoy was logged.
    warned: Arc<AtomicBool>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Creates a value with the default limits: half of the cores compute hashes, but at least one,
    /// and 16 times as many attempts wait.
    #[must_use]
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, Into::into);
        let at_once = (cores / 2).max(1);
        Self {
            scheduler: Arc::new(Scheduler::new(
                at_once,
                at_once.saturating_mul(16).min(MOST_WAITING),
                PATIENCE,
            )),
            decoy: Arc::new(Stored::decoy_of_default()),
            key: Key::draw(),
            memory: None,
            warned: Arc::default(),
        }
    }

    /// Sets the maximum number of concurrent hashes, from 1 to 512. Each occupies a core. An argon2
    /// hash also occupies its memory, 19 MiB by default.
    #[must_use]
    pub fn at_once(self, most: usize) -> Self {
        let Scheduler { waiting, patience, .. } = *self.scheduler;
        self.scheduled(most, waiting, patience)
    }

    /// Sets the maximum number of attempts that wait in addition to those being hashed, up to
    /// 65,536. A gate responds to the excess with 503.
    #[must_use]
    pub fn waiting(self, most: usize) -> Self {
        let Scheduler { at_once, patience, .. } = *self.scheduler;
        self.scheduled(at_once, most, patience)
    }

    /// Sets the maximum time of an attempt before it fails with [`PasswordError::Busy`]. The
    /// default is 1.8 seconds and the maximum is one hour.
    ///
    /// An attempt that would take longer is rejected after two and a half times the duration of a
    /// hash. An attempt that does not have to wait is always made. It fails after 1.25 times the
    /// duration of a hash if that is longer than `patience`.
    ///
    /// Keep the value below the gate's timeout
    /// ([`GateBuilder::timeout`](crate::gate::GateBuilder::timeout)), by at least the time that the
    /// lookup of a user takes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use authgate::password::Passwords;
    ///
    /// // With `GateBuilder::timeout` at five seconds.
    /// let passwords = Passwords::new().patience(Duration::from_millis(4500));
    /// ```
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        let Scheduler { at_once, waiting, .. } = *self.scheduler;
        self.scheduled(at_once, waiting, patience)
    }

    fn scheduled(mut self, at_once: usize, waiting: usize, patience: Duration) -> Self {
        let at_once = at_once.clamp(1, MOST_AT_ONCE);
        self.scheduler =
            Arc::new(Scheduler::new(at_once, waiting.min(MOST_WAITING), patience.min(MOST_PATIENCE)));
        self
    }

    /// Sets a sample of the stored hashes that most users have, real or made up. A hash of its kind
    /// and cost is computed before the first login, to measure how long one takes. The default is
    /// argon2id as created by [`hash`](Self::hash).
    ///
    /// # Errors
    ///
    /// Returns [`HashError`] if the kind of the hash is not supported or its cost is too high.
    pub fn like(mut self, stored: &str) -> Result<Self, HashError> {
        self.decoy = Arc::new(Stored::parse(stored)?.decoy());
        Ok(self)
    }

    /// Remembers correct passwords for this long. A client that sends its password with each
    /// request, as `Basic` does, then does not cost a hash each time. Off by default.
    ///
    /// The memory holds up to 1024 HMACs of the name, the stored hash and the password. The key is
    /// random for each process, so no password can be recovered from the memory. When the stored
    /// hash changes, the old password is no longer recognized. Wrong passwords are hashed each
    /// time.
    #[must_use]
    pub fn remember(mut self, duration: Duration) -> Self {
        self.memory = Some(Arc::new(Memory::new(duration)));
        self
    }

    /// Returns `true` if the password matches the stored hash.
    ///
    /// `None` means that no user has this name. The result is then `false`, after the same time as
    /// for a wrong password. Pass the name in the form in which users are looked up.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::password::{PasswordError, Passwords};
    ///
    /// async fn login(passwords: Passwords, stored: Option<&str>) -> Result<bool, PasswordError> {
    ///     passwords.verify("vera", stored, "correct horse").await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`PasswordError`] if too many attempts are waiting, the stored hash is not
    /// supported, or no tokio runtime is running. An error never reveals anything about the
    /// password.
    pub async fn verify(
        &self,
        name: &str,
        stored: Option<&str>,
        password: &str,
    ) -> Result<bool, PasswordError> {
        let stored = stored.map(Stored::parse).transpose().map_err(PasswordError::Hash)?;
        if let Some(stored) = &stored {
            self.warn_of_decoy(stored);
        }
        self.verify_parsed(name, stored.map(Arc::new), &[], password).await
    }

    /// Decides whether a user may log in: calls [`verify`](Self::verify) with the stored hash and
    /// returns the principal for the correct password only. `found` is the result of looking up the
    /// name.
    ///
    /// If too many attempts are waiting, the result is [`Busy`](Login::Busy). For any other error
    /// it is [`Unavailable`](Login::Unavailable), and the error is logged.
    pub async fn login<P>(
        &self,
        name: &str,
        found: Option<(impl AsRef<str>, P)>,
        password: &str,
    ) -> Login<P> {
        let stored = found.as_ref().map(|(stored, _)| stored.as_ref());
        match self.verify(name, stored, password).await {
            Ok(true) => found.map_or(Login::Unknown, |(_, principal)| Login::Verified(principal)),
            Ok(false) if found.is_some() => Login::Wrong,
            Ok(false) => Login::Unknown,
            Err(error) => error.into_login(),
        }
    }

    /// Creates a hash to store, with a new random salt. It is argon2id with 19 MiB, two passes and
    /// one lane, the first configuration that OWASP's Password Storage Cheat Sheet recommends.
    ///
    /// # Errors
    ///
    /// Returns [`PasswordError`] if the password is empty, longer than 1 KiB or contains a NUL.
    /// Returns [`PasswordError`] if too many attempts are waiting or no tokio runtime is running.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        if password.is_empty() || !can_be_right(password) {
            return Err(PasswordError::Unfit);
        }
        let password = password.to_owned();
        self.scheduler.compute(move || stored::make(password.as_bytes())).await?.ok_or(PasswordError::Failed)
    }

    /// Like [`verify`](Self::verify), for a parsed hash and with decoys of the users' costs.
    pub(crate) async fn verify_parsed(
        &self,
        name: &str,
        stored: Option<Arc<Stored>>,
        decoys: &[Arc<Stored>],
        password: &str,
    ) -> Result<bool, PasswordError> {
        if !can_be_right(password) {
            return Ok(false);
        }
        let attempted = self.key.and_then(|key| key.attempted(name, stored.as_deref(), password));
        let remembered = self.memory.as_ref().zip(attempted).filter(|_| stored.is_some());
        if remembered.as_ref().is_some_and(|(memory, attempted)| memory.knows(attempted)) {
            return Ok(true);
        }
        let decoys = if decoys.is_empty() { slice::from_ref(&self.decoy) } else { decoys };
        self.scheduler.seed(decoys).await?;
        let is_right = self.scheduler.login(LoginRequest { name, stored, password, attempted }).await?;
        if is_right && let Some((memory, attempted)) = remembered {
            memory.learn(attempted);
        }
        Ok(is_right)
    }

    fn warn_of_decoy(&self, stored: &Stored) {
        if stored.costs_as(&self.decoy) || self.warned.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            target: "authgate::gate",
            stored = %stored.cost(),
            decoy = %self.decoy.cost(),
            "the first failed logins after a start reveal which users exist: call `Passwords::like` with a hash of the \
             cost of the stored hashes"
        );
    }
}

fn can_be_right(password: &str) -> bool {
    password.len() <= LONGEST && !password.contains('\0')
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords")
            .field("at_once", &self.scheduler.at_once)
            .field("waiting", &self.scheduler.waiting)
            .field("patience", &self.scheduler.patience)
            .field("decoy", &format_args!("{}", self.decoy.cost()))
            .finish_non_exhaustive()
    }
}
