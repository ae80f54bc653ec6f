//! Digest access authentication (RFC 7616): users prove their password without sending it.

mod algorithm;
mod check;
mod credentials;
mod ha1;
mod nonce;
mod parameters;
mod replay;
mod table;
mod target;
mod users;

use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

pub use algorithm::DigestAlgorithm;
pub use ha1::{Ha1, ParseHa1Error};
pub use table::InMemoryDigestUsers;
pub use users::{DigestUsers, Found, Sought, UserName, userhash};

use super::{Ambient, Answer, DynOnce, Identity, Once, Outcome, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::dangerous::{Dangerous, Weaker};
use crate::denial::Challenge;
use crate::log::{Causes, Limit, rejected};
use crate::right::{Context, CredentialError, Principal};
use crate::secret::debug_only;
use credentials::DigestCredentials;
use nonce::{Clock, Mint, Nonce};
use replay::Seen;

const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// The clock skew allowed between processes that share the key.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(30);

/// `Authorization: Digest`: authenticates users by proof of a password that is not sent.
///
/// `U` is the source of the users: a [`InMemoryDigestUsers`], or any implementation of
/// [`DigestUsers`].
///
/// The scheme offers only SHA-256 and `qop="auth"`. Clients may send the user name hashed, or as
/// `username*`. A nonce is valid for five minutes, and each `nc` once per nonce. Parallel requests
/// of a browser may arrive out of order by up to 127 counts.
///
/// The server remembers a nonce only after a request with a correct response, so callers without a
/// password cannot fill its memory. A correct response with an expired nonce or a repeated `nc`
/// gets `stale=true`. The client then retries with a new nonce without asking for the password. On
/// success, `Authentication-Info` proves that the server also knows the password, and contains the
/// next nonce before the old one expires.
///
/// The `uri` must match the target of the request exactly (RFC 7616 section 3.4.6). A layer that
/// rewrites targets must keep the [`OriginalTarget`](crate::credentials::OriginalTarget).
/// Credentials without `qop` (RFC 2069) are rejected because their protection is too weak.
/// `auth-int` and the `-sess` algorithms are rejected because no client sends them without an
/// offer.
///
/// Digest protects only the password, not the bodies. Use TLS.
///
/// # Examples
///
/// ```
/// use authgate::Gate;
/// use authgate::scheme::Digest;
/// use authgate::scheme::digest::InMemoryDigestUsers;
///
/// #[derive(Clone, authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// impl User {
///     fn new(name: &str) -> Self {
///         Self { name: name.to_owned() }
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = InMemoryDigestUsers::new("api").user("reader", "wonderland", User::new("reader"));
/// let gate = Gate::builder().scheme(Digest::new(users).realm("api")).build()?;
/// # Ok(()) }
/// ```
pub struct Digest<U = ()> {
    server: Server<U>,
    /// `None` if the system has no random numbers.
    key: Option<Vec<u8>>,
    /// `true` if the application has set the key.
    is_key_shared: bool,
    algorithms: Vec<DigestAlgorithm>,
    /// The settings loosened through [`danger`](crate::danger), with the reasons.
    weaker: Vec<Weaker>,
}

/// The part of a scheme that a request needs while it waits for its user.
struct Server<U> {
    realm: Arc<str>,
    users: Arc<U>,
    /// `None` before the realm is set, or if the system has no random numbers.
    mint: Option<Mint>,
    lifetime: Duration,
    clock: Clock,
    seen: Arc<Seen>,
    /// The counts that all processes have seen, instead of `seen`.
    used: Option<Arc<dyn DynOnce>>,
}

impl<U> Clone for Server<U> {
    fn clone(&self) -> Self {
        Self {
            realm: Arc::clone(&self.realm),
            users: Arc::clone(&self.users),
            mint: self.mint.clone(),
            seen: Arc::clone(&self.seen),
            used: self.used.clone(),
            ..*self
        }
    }
}

impl<U> Digest<U> {
    /// Creates a scheme for these users. It needs a [`realm`](Self::realm).
    #[must_use]
    pub fn new(users: U) -> Self {
        let mut key = vec![0; 32];
        let clock = Clock::start();
        let server = Server {
            realm: Arc::from(""),
            users: Arc::new(users),
            mint: None,
            lifetime: Duration::from_secs(300),
            clock,
            seen: Arc::new(Seen::new(clock.now())),
            used: None,
        };
        let key = getrandom::fill(&mut key).ok().map(|()| key);
        Self {
            server,
            key,
            is_key_shared: false,
            algorithms: vec![DigestAlgorithm::Sha256],
            weaker: Vec::new(),
        }
    }

    /// Sets the realm, which browsers show (RFC 9110 section 11.5). Required.
    ///
    /// The stored hashes depend on the realm, so a new realm requires new passwords.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.server.realm = realm.into().into();
        self.with_mint()
    }

    /// Sets the secret key of the nonces, with at least 32 bytes, for processes that share their
    /// nonces.
    ///
    /// By default, each process uses a random key and rejects the nonces of other processes.
    /// Browsers then ask for the password again after a restart.
    ///
    /// Each process tracks the `nc` values that it has seen, and rejects nonces created before it
    /// started. If processes share a key, an attacker can replay a recorded request once at each
    /// other process until the nonce expires. [`replay`](Self::replay) prevents it.
    #[must_use]
    pub fn nonce_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.key = Some(key.as_ref().to_owned());
        self.is_key_shared = true;
        self.with_mint()
    }

    /// Records the used `nc` values in a store that all processes share, instead of the memory of
    /// this process. It needs a [`nonce_key`](Self::nonce_key).
    ///
    /// Each `nc` of a nonce is then accepted once by all processes, in any order, also after a
    /// restart. A request waits for the store after its response has been verified. Without an
    /// answer of the store, it gets 503.
    ///
    /// ```
    /// use authgate::scheme::{Digest, Once};
    ///
    /// fn shared<U>(digest: Digest<U>, used: impl Once, key: &[u8; 32]) -> Digest<U> {
    ///     digest.nonce_key(key).replay(used)
    /// }
    /// ```
    #[must_use]
    pub fn replay(mut self, used: impl Once) -> Self {
        self.server.used = Some(Arc::new(used));
        self
    }

    fn with_mint(mut self) -> Self {
        let key = self.key.as_deref();
        self.server.mint = key.and_then(|key| Mint::new(key, &self.server.realm));
        self
    }

    /// Sets the lifetime of a nonce, from one second to a day. Defaults to five minutes. Clients
    /// replace an expired nonce without asking the user.
    #[must_use]
    pub const fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.server.lifetime = lifetime;
        self
    }

    /// Takes one setting that is weaker than the default: `.dangerous("reason").with_md5()`.
    pub fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }

    /// Uses the parameter order of the examples in RFC 7616, and the quoting of its section 3.3.
    /// Some clients accept only exactly `qop="auth"`.
    fn offer(&self, algorithm: DigestAlgorithm, nonce: Option<&str>, userhash: bool) -> Challenge {
        let challenge = Challenge::new(Self::NAME).realm(&self.server.realm).parameter("qop", "auth");
        let challenge = challenge.token("algorithm", algorithm.name());
        let challenge = nonce.into_iter().fold(challenge, |it, nonce| it.parameter("nonce", nonce));
        let challenge = challenge.token("charset", "UTF-8");
        if userhash { challenge.token("userhash", "true") } else { challenge }
    }
}

impl<U> Dangerous<Digest<U>> {
    /// Offers MD5 in addition to SHA-256, for clients that support nothing else.
    ///
    /// Users also need an H(A1) for MD5 ([`Ha1::md5`]), from which a password is easier to recover.
    /// An attacker who can modify a challenge can force every client to use MD5.
    #[must_use]
    pub fn with_md5(self) -> Digest<U> {
        let Self { mut builder, reason } = self;
        if !builder.algorithms.contains(&DigestAlgorithm::Md5) {
            builder.algorithms.push(DigestAlgorithm::Md5);
        }
        builder.weaker.push(Weaker::new("with_md5", reason));
        builder
    }
}

impl<U> SchemeName for Digest<U> {
    const NAME: &'static str = "Digest";
}

impl<P: Principal, U: DigestUsers<P>> Scheme<P> for Digest<U> {
    fn challenge(&self) -> Challenge {
        self.offer(DigestAlgorithm::Sha256, None, self.server.users.finds_hashed_names())
    }

    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        // Without random numbers there is no valid nonce to send.
        let Some(nonce) = self.server.new_nonce() else { return Vec::new() };
        let offers = self.algorithms.iter().map(|algorithm| {
            let offer = self.offer(*algorithm, Some(&nonce), self.server.users.finds_hashed_names());
            // RFC 7616 section 3.3: only the nonce was invalid, and the digest was correct for it.
            if fault == Some(CredentialError::Expired) { offer.token("stale", "true") } else { offer }
        });
        offers.collect()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let sent = presented.authorization().credential_of(Self::NAME).unwrap_or_default();
        let read = DigestCredentials::read(sent, &self.algorithms)
            .map_err(|fault| (fault, if fault == CredentialError::Malformed { "form" } else { "algorithm" }))
            .and_then(|credentials| Ok((self.server.nonce_of(&credentials, presented)?, credentials)));
        match read {
            Ok((nonce, credentials)) => {
                let (server, method) = (self.server.clone(), presented.method().clone());
                Answer::pending(async move { server.judge(&credentials, nonce, method.as_str()).await })
            }
            Err((fault, check)) => {
                rejected(Self::NAME, check);
                Outcome::Rejected(fault).into()
            }
        }
    }

    fn properties(&self) -> Properties {
        let properties = Properties::new().ambient(Ambient::BrowserCredentials).without_login();
        properties.sets_response_fields().weaker(&self.weaker)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()?;
        self.server.users.check(&self.server.realm)?;
        Ok(())
    }
}

impl<U> Server<U> {
    fn new_nonce(&self) -> Option<String> {
        let mint = self.mint.as_ref()?;
        Nonce::new(self.clock.now()).ok().map(|nonce| mint.write(&nonce))
    }

    /// Checks everything that does not need the user: the target, the realm, and that this server
    /// created the nonce. The error names the check.
    fn nonce_of(
        &self,
        sent: &DigestCredentials,
        presented: &RequestCredentials<'_>,
    ) -> Result<Nonce, (CredentialError, &'static str)> {
        if !target::designates(sent.uri(), presented.uri(), presented.headers()) {
            return Err((CredentialError::Malformed, "uri"));
        }
        if sent.realm() != &*self.realm {
            return Err((CredentialError::Rejected, "realm"));
        }
        let nonce = self.mint.as_ref().and_then(|mint| mint.read(sent.nonce()));
        nonce.ok_or((CredentialError::Rejected, "nonce"))
    }

    async fn judge<P: Principal>(&self, sent: &DigestCredentials, nonce: Nonce, method: &str) -> Outcome<P>
    where
        U: DigestUsers<P>,
    {
        let sought = Sought { user: sent.user(), realm: &self.realm, algorithm: sent.algorithm };
        let (ha1, principal) = match sought.user {
            UserName::Hashed(_) if !self.users.finds_hashed_names() => {
                rejected(Digest::<U>::NAME, "userhash");
                return Outcome::Rejected(CredentialError::Malformed);
            }
            _ => match self.users.find(sought).await {
                Found::Known(ha1, principal) => (ha1, Some(principal)),
                // Computes the full response, so that timing does not reveal which users exist.
                Found::Unknown => (Ha1::dummy(sent.algorithm), None),
                Found::Unavailable => return Outcome::Unavailable,
            },
        };
        let right = sent.verify(&ha1, method);
        let is_known = principal.is_some();
        let Some(principal) = principal.filter(|_| right) else {
            rejected(Digest::<U>::NAME, if is_known { "response" } else { "user" });
            return Outcome::Rejected(CredentialError::Rejected);
        };
        let now = self.clock.now();
        let taken = now.before(self.lifetime)..=now.after(MAX_CLOCK_SKEW);
        // A replay is reported as an expired nonce. An honest client that lost a response retries
        // with a new nonce, and an attacker with a recorded request cannot.
        let is_current = taken.contains(&nonce.made());
        let is_first = match &self.used {
            None => self.seen.is_first(nonce, sent.count, &taken),
            Some(_) if !is_current => false,
            Some(used) => {
                // Another process may accept the nonce for longer by its clock.
                let until = nonce.made().after(self.lifetime).after(MAX_CLOCK_SKEW).system_time();
                match used.dyn_first(&nonce.key_of(&self.realm, sent.count), until).await {
                    Ok(is_first) => is_first,
                    Err(error) => {
                        log_failure(&error);
                        return Outcome::Unavailable;
                    }
                }
            }
        };
        if !is_first {
            rejected(Digest::<U>::NAME, if is_current { "nonce count" } else { "nonce lifetime" });
            return Outcome::Rejected(CredentialError::Expired);
        }
        let ending = nonce.made() < now.before(self.lifetime / 2);
        let next_nonce = ending.then(|| self.new_nonce()).flatten();
        let confirmation = HeaderValue::try_from(sent.confirmation(&ha1, next_nonce.as_deref()));
        let identity = Identity::new(principal, Context::of(Digest::<U>::NAME)).on_response(move |headers| {
            if let Ok(confirmation) = confirmation {
                headers.insert(AUTHENTICATION_INFO, confirmation);
            }
        });
        Outcome::Authenticated(identity)
    }
}

fn log_failure(error: &(dyn std::error::Error + 'static)) {
    static LIMIT: Limit = Limit::new();
    if LIMIT.allows_one() {
        let error = Causes(error);
        tracing::error!(target: "authgate::gate", scheme = Digest::<()>::NAME, %error, "the store of used nonces failed");
    }
}

debug_only! {
    /// Omits the key and the users.
    [U] Digest<U> { realm: server.realm, algorithms }
}
