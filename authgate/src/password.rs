//! Passwords against stored hashes, off the async threads and bounded; users from an htpasswd file.
//!
//! Feature `password`.

mod error;
mod htpasswd;
mod memory;
mod stored;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

pub use error::{HashError, PasswordError};
pub use htpasswd::{Htpasswd, HtpasswdError};

use crate::scheme::Login;
use memory::Memory;
pub(crate) use stored::Stored;

/// The longest password that is looked at, in bytes.
const LONGEST: usize = 1024;

/// Verifies passwords against stored hashes, and makes such hashes.
///
/// A hash is bcrypt (`$2a$`, `$2b$`, `$2y$`) or argon2 (`$argon2id$v=19$..`, and `argon2i`, `argon2d`). It is computed on
/// tokio's blocking threads, at most so many [at once](Self::at_once) and with so many [waiting](Self::waiting); what
/// comes beyond is turned away at once, so that a flood of logins takes neither the threads that serve requests nor the
/// memory. A clone shares these bounds: one for the application is right.
///
/// A user who is not there costs what a wrong password costs, since a decoy is hashed for him. The decoy is argon2id, as
/// [`hash`](Self::hash) makes it; where the stored hashes are others, say so with [`like`](Self::like).
///
/// ```
/// use authgate::password::Passwords;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = Passwords::new();
/// let stored = passwords.hash("correct horse").await?;
/// assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// assert!(passwords.verify(Some(&stored), "correct horse").await?);
/// assert!(!passwords.verify(Some(&stored), "battery staple").await?);
/// assert!(!passwords.verify(None, "correct horse").await?);
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
///             Ok(found) => passwords.login(found, &password).await, // found: Option<(String, User)>, hash and user
///             Err(_) => Login::Undecided,
///         }
///     }
/// };
/// authgate::Gate::builder().scheme(Basic::new("api", users)).build()
/// # }
/// ```
///
/// # Passwords that are never right
///
/// One of more than 1 KiB, and one with a NUL, at which some implementations stop to read: without hashing. One of more
/// than 72 bytes against a bcrypt hash, since bcrypt reads no further and whatever follows would do as well: such a user
/// needs an argon2 hash.
#[derive(Clone)]
pub struct Passwords {
    at_once: usize,
    waiting: usize,
    /// A permit for each hash that is computed.
    turns: Arc<Semaphore>,
    /// A permit for each that is computed or waits.
    places: Arc<Semaphore>,
    decoy: Arc<Stored>,
    memory: Option<Arc<Memory>>,
    /// Whether the operator has been told that the decoy is unlike what is stored.
    told: Arc<AtomicBool>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With the default bounds: half of the cores hash at once (at least one), and 16 times as many wait.
    #[must_use]
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, Into::into);
        let at_once = (cores / 2).max(1);
        Self {
            at_once,
            waiting: 0,
            turns: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once)),
            decoy: Arc::new(Stored::decoy_of_default()),
            memory: None,
            told: Arc::default(),
        }
        .bounded(at_once, at_once.saturating_mul(16))
    }

    /// How many hashes are computed at once, at least one. Each takes a core while it does, and an argon2 hash its
    /// memory, 19 MiB by default.
    #[must_use]
    pub fn at_once(self, most: usize) -> Self {
        let waiting = self.waiting;
        self.bounded(most, waiting)
    }

    /// How many wait for their turn, besides those that are computed. A gate answers those whom it could not serve with
    /// 503.
    #[must_use]
    pub fn waiting(self, most: usize) -> Self {
        let at_once = self.at_once;
        self.bounded(at_once, most)
    }

    fn bounded(mut self, at_once: usize, waiting: usize) -> Self {
        self.at_once = at_once.clamp(1, Semaphore::MAX_PERMITS / 2);
        self.waiting = waiting.min(Semaphore::MAX_PERMITS / 2);
        self.turns = Arc::new(Semaphore::new(self.at_once));
        self.places = Arc::new(Semaphore::new(self.at_once + self.waiting));
        self
    }

    /// Makes the decoy, which is hashed for users who are not there, of the kind and the cost of this stored hash: one
    /// such as most users have, real or made up.
    ///
    /// # Errors
    ///
    /// The hash is of a kind that is not taken, or costs too much.
    pub fn like(mut self, stored: &str) -> Result<Self, HashError> {
        self.decoy = Arc::new(Stored::parse(stored)?.decoy());
        Ok(self)
    }

    /// Remembers right passwords for so long, so that a client that sends its password with each request, as `Basic`
    /// does, is not hashed for each time. Off by default.
    ///
    /// Remembered is an HMAC of the stored hash and the password, under a key that this process draws for itself: a
    /// password that was changed is forgotten with its hash, and no password can be read from the memory. It holds 1024.
    /// Wrong passwords are hashed each time.
    #[must_use]
    pub fn remember(mut self, duration: Duration) -> Self {
        self.memory = Memory::new(duration).map(Arc::new);
        self
    }

    /// Whether the password is the one of this stored hash; `None` says that there is no such user, costs as much, and is
    /// never right.
    ///
    /// ```
    /// # use authgate::password::{PasswordError, Passwords};
    /// # async fn example(passwords: Passwords, row: Option<String>, password: &str) -> Result<(), PasswordError> {
    /// if passwords.verify(row.as_deref(), password).await? {
    ///     // signed in
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Too many are waiting, the stored hash is of no use, or there is no tokio runtime. None of them says anything
    /// about the password.
    pub async fn verify(&self, stored: Option<&str>, password: &str) -> Result<bool, PasswordError> {
        let stored = stored.map(Stored::parse).transpose().map_err(PasswordError::Hash)?;
        if let Some(stored) = &stored {
            self.tell_of_decoy(stored);
        }
        self.verify_parsed(stored.map(Arc::new), &self.decoy, password).await
    }

    /// Whether this user may come in: [`verify`](Self::verify), with what was found under his name. What was found is
    /// the stored hash and the principal, who is handed out for the right password only. An error is
    /// [`Undecided`](Login::Undecided), and the operator's event says which.
    pub async fn login<P>(&self, found: Option<(impl AsRef<str>, P)>, password: &str) -> Login<P> {
        let stored = found.as_ref().map(|(stored, _)| stored.as_ref());
        match self.verify(stored, password).await {
            Ok(true) => found.map_or(Login::Unknown, |(_, principal)| Login::Right(principal)),
            Ok(false) if found.is_some() => Login::Wrong,
            Ok(false) => Login::Unknown,
            Err(error) => error.undecided(),
        }
    }

    /// Makes a hash to store, with a salt of its own: argon2id with 19 MiB, two passes and one lane, the first of those
    /// that OWASP's Password Storage Cheat Sheet recommends.
    ///
    /// # Errors
    ///
    /// The password is empty, longer than 1 KiB or has a NUL; too many are waiting; or there is no tokio runtime.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        if password.is_empty() || !can_be_right(password) {
            return Err(PasswordError::Unfit);
        }
        let password = password.to_owned();
        self.on_a_thread(move || stored::make(password.as_bytes())).await?.ok_or(PasswordError::Failed)
    }

    /// As [`verify`](Self::verify), with hashes that were parsed before and another decoy.
    pub(crate) async fn verify_parsed(
        &self,
        stored: Option<Arc<Stored>>,
        decoy: &Arc<Stored>,
        password: &str,
    ) -> Result<bool, PasswordError> {
        if !can_be_right(password) {
            return Ok(false);
        }
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| Arc::clone(decoy));
        let memory = self.memory.as_ref().and_then(|memory| Some((memory, memory.mark(&stored, password)?)));
        if let Some((memory, mark)) = &memory
            && is_known
            && memory.knows(mark)
        {
            return Ok(true);
        }
        let password = password.to_owned();
        let is_right = self.on_a_thread(move || stored.is_of(password.as_bytes())).await?;
        // A decoy is nobody's, whatever comes out.
        let is_right = is_right && is_known;
        if let Some((memory, mark)) = memory
            && is_right
        {
            memory.learn(mark);
        }
        Ok(is_right)
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let runtime = Handle::try_current().map_err(|_| PasswordError::Failed)?;
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        // The permits go along: a caller who goes away does not end the work, and must not make room for more of it.
        let work = move || {
            let done = work();
            drop((turn, place));
            done
        };
        runtime.spawn_blocking(work).await.map_err(|_| PasswordError::Failed)
    }

    fn tell_of_decoy(&self, stored: &Stored) {
        if stored.costs_as(&self.decoy) || self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            target: "authgate::gate",
            stored = %stored.cost(),
            decoy = %self.decoy.cost(),
            "users who do not exist can be told by the time: use `Passwords::like` with a hash like those that are stored"
        );
    }
}

fn can_be_right(password: &str) -> bool {
    password.len() <= LONGEST && !password.contains('\0')
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords")
            .field("at_once", &self.at_once)
            .field("waiting", &self.waiting)
            .field("decoy", &format_args!("{}", self.decoy.cost()))
            .finish_non_exhaustive()
    }
}
