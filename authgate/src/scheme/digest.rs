//! Digest access authentication (RFC 7616): a password that is never sent.

mod algorithm;
mod credentials;
mod ha1;
mod nonce;
mod parameters;
mod replay;
mod table;
mod target;
mod users;

use std::fmt;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

pub use algorithm::Algorithm;
pub use ha1::{Ha1, NotAnHa1};
pub use table::DigestTable;
pub use users::{DigestUsers, Found, Sought, UserName, userhash};

use super::{Answer, Attachment, Identity, Named, Scheme, Verdict};
use crate::ConfigError;
use crate::credentials::Presented;
use crate::denial::Challenge;
use crate::right::{Context, Fault, Principal};
use credentials::DigestCredentials;
use nonce::{Clock, Mint, Nonce};
use replay::Seen;

const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// How far ahead the clock of another process may be that shares the key.
const AHEAD: Duration = Duration::from_secs(30);

/// `Authorization: Digest`: users who prove that they know a password, and do not send it.
///
/// ```
/// use authgate::Gate;
/// use authgate::scheme::Digest;
/// use authgate::scheme::digest::DigestTable;
/// # #[derive(Clone, authgate::Principal)]
/// # struct User { #[principal(id)] name: String }
/// # impl User { fn new(name: &str) -> Self { Self { name: name.to_owned() } } }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = DigestTable::new("api").user("reader", "wonderland", User::new("reader"));
/// let gate = Gate::builder().scheme(Digest::new("api", users)).build()?;
/// # Ok(()) }
/// ```
///
/// `U` is where the users are: a [`DigestTable`], or any [`DigestUsers`].
///
/// SHA-256 and `qop="auth"` alone are offered; names may come hashed, or as `username*`. A nonce is good for five
/// minutes, and each `nc` of it once; a browser's parallel requests may overtake each other by 127. Nonces are not
/// remembered before a request with one was right, so that nobody without a password takes up memory. A request whose
/// nonce has expired, or whose `nc` was there before, is answered with `stale=true` where its response was right
/// otherwise: the client then tries again with a new nonce and asks nobody. On success `Authentication-Info` confirms
/// that the server knows the password, too, and has the next nonce before the old one ends.
///
/// The `uri` has to be the request's target to the letter (RFC 7616 section 3.4.6). Credentials without `qop`, as RFC
/// 2069 had them, `auth-int` and the `-sess` algorithms are refused: what the first leaves unprotected is no longer
/// acceptable, and nobody sends the others unasked.
///
/// Digest protects the password on its way, and nothing else: use TLS. Bodies are not covered.
pub struct Digest<U = ()> {
    realm: String,
    users: U,
    algorithms: Vec<Algorithm>,
    /// None, if the system gave no random key, or one was set that is too short.
    mint: Option<Mint>,
    short_key: bool,
    lifetime: Duration,
    clock: Clock,
    seen: Seen,
    /// What was loosened in [`danger`](crate::danger), and why.
    loosened: Vec<(&'static str, &'static str)>,
}

impl<U> Digest<U> {
    /// Takes the passwords of these users. The realm is part of what is stored of each, so that another realm asks for
    /// new passwords.
    #[must_use]
    pub fn new(realm: impl Into<String>, users: U) -> Self {
        let realm = realm.into();
        let mut key = [0; 32];
        let mint = getrandom::fill(&mut key).ok().and_then(|()| Mint::new(&key, &realm));
        let clock = Clock::start();
        Self {
            seen: Seen::new(clock.now()),
            clock,
            mint,
            realm,
            users,
            algorithms: vec![Algorithm::Sha256],
            short_key: false,
            lifetime: Duration::from_secs(300),
            loosened: Vec::new(),
        }
    }

    /// The key of the nonces, at least 32 secret bytes, so that several processes take each other's. Without it each
    /// process has a random one, and takes no nonce of another: after a restart browsers ask their users again.
    ///
    /// Each process remembers for itself which `nc` it has seen, and so takes no nonce that is older than itself. Where
    /// a key is shared, a request that someone has recorded can be repeated once at each other process, until the nonce
    /// ends.
    #[must_use]
    pub fn nonce_key(mut self, key: impl AsRef<[u8]>) -> Self {
        let key = key.as_ref();
        self.short_key = key.len() < 32;
        self.mint = Mint::new(key, &self.realm);
        self
    }

    /// How long a nonce is good: five minutes, if it is not set; from one second up to a day. Clients do not notice when
    /// one ends.
    #[must_use]
    pub const fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    pub(crate) fn loosen_to_md5(mut self, reason: &'static str) -> Self {
        if !self.algorithms.contains(&Algorithm::Md5) {
            self.algorithms.push(Algorithm::Md5);
        }
        self.loosened.push(("with_md5", reason));
        self
    }

    /// In the order of RFC 7616's examples. `qop` is sent exactly so, since that is all that some clients know
    /// (`standards.md` rows 53 and 54).
    fn offer(&self, algorithm: Algorithm, nonce: Option<&str>, userhash: bool) -> Challenge {
        let challenge = Challenge::new(Self::NAME).realm(&self.realm).parameter("qop", "auth");
        let challenge = challenge.token("algorithm", algorithm.name());
        let challenge = nonce.into_iter().fold(challenge, |it, nonce| it.parameter("nonce", nonce));
        let challenge = challenge.token("charset", "UTF-8");
        if userhash { challenge.token("userhash", "true") } else { challenge }
    }

    fn new_nonce(&self) -> Option<String> {
        let mint = self.mint.as_ref()?;
        Nonce::new(self.clock.now()).ok().map(|nonce| mint.write(&nonce))
    }
}

impl<U> Named for Digest<U> {
    const NAME: &'static str = "Digest";
}

impl<P: Principal, U: DigestUsers<P>> Scheme<P> for Digest<U> {
    fn knows_login(&self) -> bool {
        false
    }

    fn challenge(&self) -> Challenge {
        self.offer(Algorithm::Sha256, None, self.users.finds_hashed_names())
    }

    fn fresh_challenges(&self, fault: Option<Fault>) -> Vec<Challenge> {
        // Without random numbers there is nothing that could be answered.
        let Some(nonce) = self.new_nonce() else { return Vec::new() };
        let offers = self.algorithms.iter().map(|algorithm| {
            let offer = self.offer(*algorithm, Some(&nonce), self.users.finds_hashed_names());
            // RFC 7616 section 3.3: it says that user and password were right, and that only the nonce was not.
            if fault == Some(Fault::Expired) { offer.token("stale", "true") } else { offer }
        });
        offers.collect()
    }

    fn attachment(&self) -> Attachment {
        Attachment::Remembered
    }

    fn answers(&self) -> bool {
        true
    }

    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, P> {
        let sent = presented.authorization().credential_of(Self::NAME).unwrap_or_default();
        let read = DigestCredentials::read(sent, &self.algorithms)
            .and_then(|credentials| Ok((self.nonce_of(&credentials, &presented)?, credentials)));
        match read {
            Ok((nonce, credentials)) => {
                Answer::later(
                    async move { self.judge(&credentials, nonce, presented.method().as_str()).await },
                )
            }
            Err(fault) => Verdict::Refused(fault).into(),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()?;
        self.users.check(&self.realm)?;
        for (what, reason) in &self.loosened {
            tracing::warn!(target: "authgate::gate", what, reason, "a Digest scheme is weaker than the default");
        }
        Ok(())
    }
}

impl<U> Digest<U> {
    /// What can be known before the user is looked up: whether it is for this realm, this request and by a nonce of
    /// ours.
    fn nonce_of(&self, sent: &DigestCredentials<'_>, presented: &Presented<'_>) -> Result<Nonce, Fault> {
        if !target::designates(sent.uri(), presented.uri(), presented.headers()) {
            return Err(Fault::Malformed);
        }
        if sent.realm() != self.realm {
            return Err(Fault::Rejected);
        }
        self.mint.as_ref().and_then(|mint| mint.read(sent.nonce())).ok_or(Fault::Rejected)
    }

    async fn judge<P: Principal>(
        &self,
        sent: &DigestCredentials<'_>,
        nonce: Nonce,
        method: &str,
    ) -> Verdict<P>
    where
        U: DigestUsers<P>,
    {
        let sought = Sought { user: sent.user(), realm: &self.realm, algorithm: sent.algorithm };
        let (ha1, principal) = match sought.user {
            UserName::Hashed(_) if !self.users.finds_hashed_names() => {
                return Verdict::Refused(Fault::Malformed);
            }
            _ => match self.users.find(sought).await {
                Found::Known(ha1, principal) => (ha1, Some(principal)),
                // Computed to the end, so that the time it takes does not tell who is a user.
                Found::Unknown => (Ha1::of_nobody(sent.algorithm), None),
                Found::Undecided => return Verdict::Undecided,
            },
        };
        let right = sent.are_right(&ha1, method);
        let Some(principal) = principal.filter(|_| right) else {
            return Verdict::Refused(Fault::Rejected);
        };
        let now = self.clock.now();
        let taken = now.before(self.lifetime)..=now.after(AHEAD);
        // A replay is told as a nonce that has ended: who only lost the answer to his own request comes again with a
        // new nonce, and who repeats what he has recorded cannot.
        if !self.seen.is_first(nonce, sent.count, &taken) {
            return Verdict::Refused(Fault::Expired);
        }
        let ending = nonce.made() < now.before(self.lifetime / 2);
        let next_nonce = ending.then(|| self.new_nonce()).flatten();
        let confirmation = HeaderValue::try_from(sent.confirmation(&ha1, next_nonce.as_deref()));
        let identity = Identity::new(principal, Context::of(Self::NAME)).on_response(move |headers| {
            if let Ok(confirmation) = confirmation {
                headers.insert(AUTHENTICATION_INFO, confirmation);
            }
        });
        Verdict::Identified(identity)
    }

    fn check_settings(&self) -> Result<(), ConfigError> {
        if self.realm.is_empty() {
            return Err(ConfigError::new(
                "the Digest scheme has no realm: name one, such as `Digest::new(\"api\", users)`",
            ));
        }
        if Challenge::new(Self::NAME).realm(&self.realm).get("realm") != Some(&self.realm) {
            return Err(ConfigError::new(format!(
                "the realm {:?} cannot be sent: keep to printable ASCII without quotes and backslashes",
                self.realm
            )));
        }
        if self.short_key {
            return Err(ConfigError::new(
                "the key of the Digest scheme's nonces is shorter than 32 bytes: give it at least 32 random ones, or none",
            ));
        }
        if self.mint.is_none() {
            return Err(ConfigError::new(
                "the system has no random numbers for the Digest scheme: give it a key by `.nonce_key(..)`",
            ));
        }
        if !(1..=86_400).contains(&self.lifetime.as_secs()) {
            return Err(ConfigError::new(format!(
                "a nonce's lifetime of {:?} cannot be: set one from a second up to a day",
                self.lifetime
            )));
        }
        if let Some((what, _)) = self.loosened.iter().find(|(_, reason)| crate::const_text::is_blank(reason))
        {
            return Err(ConfigError::new(format!(
                "`danger` takes a reason: write why `{what}` is all right here, for those who review it"
            )));
        }
        Ok(())
    }
}

/// Prints no key and no user.
impl<U> fmt::Debug for Digest<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digest")
            .field("realm", &self.realm)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
