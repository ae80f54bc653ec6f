//! Passwords against stored hashes, off the async threads and bounded; users from an htpasswd file.
//!
//! Feature `password`.

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

use std::fmt;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub use error::{HashError, PasswordError};
pub use htpasswd::{Htpasswd, HtpasswdError};

use crate::scheme::Login;
use keyed::Key;
use memory::Memory;
use scheduler::{LoginRequest, Scheduler};
pub(crate) use stored::Stored;

/// The longest password that is looked at, in bytes.
const LONGEST: usize = 1024;

/// The most hashes that are computed at once: tokio has so many blocking threads.
const MOST_AT_ONCE: usize = 512;

/// The most that may wait.
const MOST_WAITING: usize = 64 * 1024;

/// The patience by default: less than a gate's timeout of two seconds.
const PATIENCE: Duration = Duration::from_millis(1800);

/// The longest patience.
const MOST_PATIENCE: Duration = Duration::from_secs(3600);

/// Verifies passwords against stored hashes, and makes such hashes.
///
/// A hash is bcrypt (`$2a$`, `$2b$`, `$2y$`) or argon2 (`$argon2id$v=19$..`, and `argon2i`, `argon2d`). Hashes are computed on
/// tokio's blocking threads, so many [at once](Self::at_once), and so many [wait](Self::waiting), no longer than
/// [`patience`](Self::patience). A clone shares these bounds: use one for the whole application. It needs a tokio runtime with
/// its timer.
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
/// # #[derive(authgate::Principal)]
/// # struct User { #[principal(id)] name: String }
/// # #[derive(Clone)]
/// # struct Db;
/// # impl Db { async fn user(&self, name: &str) -> Result<Option<(String, User)>, std::io::Error> { Ok(None) } }
///
/// # fn example(db: Db) -> Result<authgate::Gate<User>, authgate::ConfigError> {
/// let passwords = Passwords::new();
/// let users = move |name: String, password: String| {
///     let (db, passwords) = (db.clone(), passwords.clone());
///     async move {
///         match db.user(&name).await {
///             Ok(found) => passwords.login(&name, found, &password).await, // found: Option<(String, User)>, hash and user
///             Err(_) => Login::Undecided,
///         }
///     }
/// };
/// authgate::Gate::builder().scheme(Basic::new("api", users)).build()
/// # }
/// ```
///
/// # Names that do not exist
///
/// A wrong password and an unknown name are answered at a time and with a result that depend on the arrival of attempts and on
/// how long hashes take here, but not on whether the name exists. An unknown name costs a delay and no hash.
///
/// A right password is answered as soon as its hash is done if no other attempt was pending when it arrived. Otherwise it is
/// answered when its turn ends, which depends on the arrival of attempts alone. So an account holder cannot tell from the time of
/// a login whether the password of another attempt is being hashed. The result of [`hash`](Self::hash) is delayed likewise.
///
/// How long a hash takes is measured with a hash that is nobody's, once in 16 times its duration while attempts arrive. Hashes of
/// users are not measured, except the first of a kind and cost that no hash was measured of: see [`like`](Self::like).
///
/// What can still be learned:
///
/// - A hash that takes more than half as long again as any of the last eight that were measured delays the answer to a wrong
///   password, but not to an unknown name. It can also delay right passwords. If [`patience`](Self::patience) is shorter than one and a
///   half times the duration of a hash, less is enough. So a client that can make the machine slow for a moment, and compares the
///   answers of that moment, can learn whether a name exists.
/// - If more attempts arrive than fit into the queue, later right passwords of users without a recent login are hashed where
///   there is time. Whether such a login succeeds shows how many of the attempts before it are hashed.
/// - The lookup of the user is the application's: it should take the same time for both.
///
/// # Many logins
///
/// If more passwords arrive than can be hashed in time, the rest is answered [`PasswordError::Busy`] after two and a half
/// times the duration of a hash. A flood of failing logins takes little from the others:
///
/// - Unknown names are not hashed.
/// - One attempt for a name at a time is in the queue. The same password for the same name, sent several times, is hashed once.
/// - The password of a name's last login goes first, and every second hash is the queue's. It is recognised by 16 bits of a
///   keyed hash, which is kept in memory for 16,384 names. The password is hashed in any case.
/// - Beyond the queue, names that were not hashed lately are hashed where there is time.
///
/// A flood of attempts for many names that exist can still keep those out that have not logged in since the start of the
/// process. A flood for one name can keep that user's first login out, but not other users. Limit in front of the service how
/// often an address may try.
///
/// # Passwords that are never right
///
/// One of more than 1 KiB, and one with a NUL, at which some implementations stop to read: without hashing. One of more
/// than 72 bytes against a bcrypt hash, since bcrypt reads no further and whatever follows would do as well: such a user
/// needs an argon2 hash.
#[derive(Clone)]
pub struct Passwords {
    scheduler: Arc<Scheduler>,
    decoy: Arc<Stored>,
    /// `None` if the system has no random numbers: then no password is recognised.
    key: Option<Key>,
    memory: Option<Arc<Memory>>,
    /// The operator was told that the decoy is unlike what is stored.
    warned: Arc<AtomicBool>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Creates it with the default bounds: half of the cores hash at once (at least one), and 16 times as many wait.
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

    /// Sets how many hashes are computed at once: 1 to 512. Each takes a core meanwhile, and an argon2 hash its memory, 19 MiB
    /// by default.
    #[must_use]
    pub fn at_once(self, most: usize) -> Self {
        let Scheduler { waiting, patience, .. } = *self.scheduler;
        self.scheduled(most, waiting, patience)
    }

    /// Sets how many attempts wait for their turn, besides those that are computed: at most 65,536. A gate answers the others
    /// with 503.
    #[must_use]
    pub fn waiting(self, most: usize) -> Self {
        let Scheduler { at_once, patience, .. } = *self.scheduler;
        self.scheduled(at_once, most, patience)
    }

    /// Sets how long an attempt may take before it is answered [`PasswordError::Busy`]: 1.8 seconds by default, and an hour at
    /// most. An attempt that would take longer is refused after two and a half times the duration of a hash. Keep it
    /// below the gate's timeout ([`GateBuilder::timeout`](crate::gate::GateBuilder::timeout)), by as much as the lookup of a
    /// user takes. An attempt that does not have to wait is made in any case, and fails after one and a quarter times the
    /// duration of a hash if that is longer.
    ///
    /// ```
    /// use std::time::Duration;
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

    /// Sets a stored hash such as most users have, real or made up. One of its kind and cost is computed before the first
    /// login, to learn how long a hash takes. The default is argon2id, as [`hash`](Self::hash) makes it.
    ///
    /// # Errors
    ///
    /// Returns [`HashError`] if the hash is of a kind that is not supported, or costs too much.
    pub fn like(mut self, stored: &str) -> Result<Self, HashError> {
        self.decoy = Arc::new(Stored::parse(stored)?.decoy());
        Ok(self)
    }

    /// Remembers right passwords for this long, so that a client that sends its password with each request, as `Basic`
    /// does, is not hashed for each time. Off by default.
    ///
    /// The memory holds an HMAC of the name, the stored hash and the password, under a key that this process draws for itself: a
    /// password that was changed is forgotten with its hash, and no password can be read from the memory. It holds 1024.
    /// Wrong passwords are hashed each time.
    #[must_use]
    pub fn remember(mut self, duration: Duration) -> Self {
        self.memory = Some(Arc::new(Memory::new(duration)));
        self
    }

    /// Returns `true` if the password is the one of this stored hash. `None` means that the name has no user: the answer is `false`,
    /// after the same time as for a wrong password. Give the name in the form in which users are looked up.
    ///
    /// ```
    /// # use authgate::password::{PasswordError, Passwords};
    /// # async fn example(passwords: Passwords, row: Option<String>, password: &str) -> Result<(), PasswordError> {
    /// if passwords.verify("vera", row.as_deref(), password).await? {
    ///     // signed in
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`PasswordError`] if too many passwords are waiting, if the stored hash is not supported, or if there is no
    /// tokio runtime. No error says anything about the password.
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

    /// Decides whether a user may log in: [`verify`](Self::verify) with what was found for the name, the stored hash
    /// and the principal. The principal is returned for the right password only. If too many passwords are waiting, the
    /// login is [`Busy`](Login::Busy). Any other error is [`Undecided`](Login::Undecided), and logged.
    pub async fn login<P>(
        &self,
        name: &str,
        found: Option<(impl AsRef<str>, P)>,
        password: &str,
    ) -> Login<P> {
        let stored = found.as_ref().map(|(stored, _)| stored.as_ref());
        match self.verify(name, stored, password).await {
            Ok(true) => found.map_or(Login::Unknown, |(_, principal)| Login::Right(principal)),
            Ok(false) if found.is_some() => Login::Wrong,
            Ok(false) => Login::Unknown,
            Err(error) => error.into_login(),
        }
    }

    /// Makes a hash to store, with a salt of its own: argon2id with 19 MiB, two passes and one lane, the first of those
    /// that OWASP's Password Storage Cheat Sheet recommends.
    ///
    /// # Errors
    ///
    /// Returns [`PasswordError`] if the password is empty, longer than 1 KiB or has a NUL, if too many passwords are
    /// waiting, or if there is no tokio runtime.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        if password.is_empty() || !can_be_right(password) {
            return Err(PasswordError::Unfit);
        }
        let password = password.to_owned();
        self.scheduler.compute(move || stored::make(password.as_bytes())).await?.ok_or(PasswordError::Failed)
    }

    /// As [`verify`](Self::verify), with hashes that were parsed before, and decoys of their costs.
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
            "the first failed logins after a start show which users exist: use `Passwords::like` with a hash like those that \
             are stored"
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
