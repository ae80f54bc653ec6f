use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::in_memory::InMemory;
use super::{Attempt, AttemptCounter, AttemptError, Attempts, Counted, DynAttempts, NoAddress};
use crate::credentials::RequestCredentials;
use crate::secret::debug_only;

/// The time that recording the result of an attempt may take.
const RECORD_TIMEOUT: Duration = Duration::from_secs(1);

/// Limits on the passwords that clients try.
///
/// | limit | default | counts |
/// |---|---|---|
/// | [`per_client`](Self::per_client) | 10 in 15 minutes | passwords for one account from one network |
/// | [`per_network`](Self::per_network) | 100 in one hour | passwords for all accounts from one network |
/// | [`per_account`](Self::per_account) | 100 in one hour | passwords for one account from all networks |
///
/// A client that has reached a limit gets 429 `too_many_attempts` with `Retry-After`, before its
/// password is verified. A network is an IPv4 address, or the first 64 bits of an IPv6 address.
///
/// Only different wrong passwords count. A correct password counts until it is verified, and a
/// program that repeats an old password counts once. Unknown names count like known ones, except
/// that a client in the network of a user can find out that the user has logged in there lately:
/// only `per_client` applies to that name.
///
/// # Denial of service
///
/// After a correct password, only `per_client` applies to the account from that network, for 30
/// days. A flood of wrong passwords from other networks therefore cannot lock the user out there.
/// From a new network, the user can log in as soon as the flood is below `per_account`. Attempts
/// that get 429 do not count, so no lock lasts longer than the period of its limit.
///
/// Equal passwords are verified each time, and verifying a password is expensive.
/// `authgate::password::Passwords` bounds that work.
///
/// # Addresses
///
/// The address of the client must come from the connection, or from a field that a trusted proxy
/// sets. A client that chooses its address evades the limits. Behind a proxy, the address of the
/// connection is that of the proxy, and all clients would share one limit.
///
/// # Examples
///
/// Limits for a login form and for [`Basic`](crate::scheme::Basic). Clones share the attempts.
///
/// ```
/// use std::net::SocketAddr;
///
/// use authgate::credentials::RequestCredentials;
/// use authgate::scheme::attempts::AttemptLimits;
/// use authgate::scheme::{Basic, Login};
/// use authgate::{Denial, Gate, Principal, Unauthenticated};
/// use axum::extract::ConnectInfo;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// async fn verify(name: &str, password: &str) -> Login<User> {
///     Login::Unknown
/// }
///
/// /// Needs `app.into_make_service_with_connect_info::<SocketAddr>()`.
/// fn limits() -> AttemptLimits {
///     AttemptLimits::in_memory(|request| {
///         request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
///     })
/// }
///
/// async fn login(
///     caller: &Unauthenticated<User>,
///     limits: &AttemptLimits,
///     name: &str,
///     password: &str,
/// ) -> Result<Option<User>, Denial> {
///     let attempt = caller.start_attempt(limits, name, password).await?;
///     let Login::Verified(user) = verify(name, password).await else { return Ok(None) };
///     attempt.succeeded().await;
///     Ok(Some(user))
/// }
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// let users = |name: String, password: String| async move { verify(&name, &password).await };
/// let basic = Basic::new(users).realm("api").attempts(&limits());
/// let gate = Gate::<User>::builder().scheme(basic).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct AttemptLimits {
    store: Arc<dyn DynAttempts>,
    address: Arc<Address>,
    per_client: Limit,
    per_network: Limit,
    per_account: Limit,
    guesses: RandomState,
}

/// Returns the address of the client that has sent a request.
type Address = dyn Fn(&RequestCredentials<'_>) -> Option<IpAddr> + Send + Sync;

#[derive(Clone, Copy, Debug)]
struct Limit {
    most: u32,
    period: Duration,
}

impl Limit {
    fn new(most: u32, period: Duration) -> Self {
        Self { most: most.max(1), period }
    }

    fn counter(self, key: u128) -> AttemptCounter {
        AttemptCounter { key, most: self.most, period: self.period }
    }
}

impl AttemptLimits {
    /// Creates limits with the default values. `address` returns the address of the client. Without
    /// an address, no password is verified, and the response is 503.
    ///
    /// Two sets of accounts that may have the same names need different stores.
    pub fn new(
        store: impl Attempts,
        address: impl Fn(&RequestCredentials<'_>) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        Self {
            store: Arc::new(store),
            address: Arc::new(address),
            per_client: Limit::new(10, Duration::from_secs(15 * 60)),
            per_network: Limit::new(100, Duration::from_secs(60 * 60)),
            per_account: Limit::new(100, Duration::from_secs(60 * 60)),
            guesses: RandomState::new(),
        }
    }

    /// Creates limits that store the attempts in the memory of this process. It keeps at most
    /// 131,072 passwords, each as a number, and 65,536 clients with a correct password, of which 16
    /// are of one account. In a larger flood, the oldest are forgotten, and an event is logged.
    #[must_use]
    pub fn in_memory(
        address: impl Fn(&RequestCredentials<'_>) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        Self::new(InMemory::default(), address)
    }

    /// Sets the number of passwords within the period for one account from one network, at least 1.
    #[must_use]
    pub fn per_client(mut self, most: u32, period: Duration) -> Self {
        self.per_client = Limit::new(most, period);
        self
    }

    /// Sets the number of passwords within the period for all accounts from one network, at least
    /// 1.
    #[must_use]
    pub fn per_network(mut self, most: u32, period: Duration) -> Self {
        self.per_network = Limit::new(most, period);
        self
    }

    /// Sets the number of passwords within the period for one account from all networks, at least
    /// 1.
    #[must_use]
    pub fn per_account(mut self, most: u32, period: Duration) -> Self {
        self.per_account = Limit::new(most, period);
        self
    }

    /// Counts an attempt of a scheme. Call it before the password is verified. A login handler
    /// calls [`Unauthenticated::start_attempt`](crate::Unauthenticated::start_attempt).
    ///
    /// Pass the name in the form in which accounts are looked up. Otherwise, each spelling of a
    /// name has its own limit. The future does not borrow its arguments.
    ///
    /// # Errors
    ///
    /// Returns [`AttemptError`] if a limit has been reached, if the address of the client is
    /// unknown, or if the store failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::Context;
    /// use authgate::credentials::RequestCredentials;
    /// use authgate::denial::CredentialError;
    /// use authgate::scheme::attempts::AttemptLimits;
    /// use authgate::scheme::{Answer, Identity, Outcome};
    ///
    /// /// `Scheme::authenticate` of a scheme for PINs of devices.
    /// fn authenticate(
    ///     limits: &AttemptLimits,
    ///     request: &RequestCredentials<'_>,
    ///     device: String,
    ///     pin: String,
    /// ) -> Answer<String> {
    ///     let attempt = limits.start(request, &device, &pin);
    ///     Answer::pending(async move {
    ///         match attempt.await {
    ///             Err(error) => error.into(),
    ///             Ok(_) if pin != "2604" => Outcome::Rejected(CredentialError::Rejected),
    ///             Ok(attempt) => {
    ///                 attempt.succeeded().await;
    ///                 Outcome::Authenticated(Identity::new(device, Context::of("Pin")))
    ///             }
    ///         }
    ///     })
    /// }
    /// ```
    pub fn start(
        &self,
        request: &RequestCredentials<'_>,
        account: &str,
        password: &str,
    ) -> impl Future<Output = Result<LoginAttempt, AttemptError>> + Send + use<> {
        let attempt = (self.address)(request).map(|address| self.attempt(address, account, password));
        let store = Arc::clone(&self.store);
        async move {
            let attempt = attempt.ok_or(NoAddress)?;
            store.dyn_count(&attempt).await?;
            Ok(LoginAttempt { store, attempt })
        }
    }

    fn attempt(&self, address: IpAddr, account: &str, password: &str) -> Attempt {
        let network = network_of(address).octets();
        let (account_bytes, guess) = (account.as_bytes(), self.guesses.hash_one((account, password)));
        let counters = [
            self.per_client.counter(key("client", &network, account_bytes)),
            self.per_network.counter(key("network", &network, b"")),
            self.per_account.counter(key("account", &[], account_bytes)),
        ];
        Attempt { counters, guess }
    }
}

/// Returns the first address of the network: an IPv4 address, or 64 bits of an IPv6 address. A
/// subscriber usually gets that many.
fn network_of(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)),
    }
}

/// Hashes a key, so that a store holds no names and addresses in clear text, and no long names.
fn key(kind: &str, network: &[u8], account: &[u8]) -> u128 {
    let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(network);
    let hash = hash.chain_update(account).finalize();
    hash.first_chunk().copied().map_or(0, u128::from_be_bytes)
}

debug_only!([] AttemptLimits { per_client, per_network, per_account });

/// A counted attempt to log in.
///
/// Call [`succeeded`](Self::succeeded) if the password is correct, and [`withdraw`](Self::withdraw)
/// if it could not be verified. Drop it if the password is wrong.
///
/// # Examples
///
/// ```
/// use authgate::scheme::attempts::LoginAttempt;
///
/// async fn end(attempt: LoginAttempt, is_correct: bool) -> bool {
///     if is_correct {
///         attempt.succeeded().await;
///     }
///     is_correct
/// }
/// ```
#[must_use = "a correct password counts as a wrong one unless `succeeded` is called"]
pub struct LoginAttempt {
    store: Arc<dyn DynAttempts>,
    attempt: Attempt,
}

impl LoginAttempt {
    /// Records that the password is correct, so that it does not count. If the store fails, an
    /// event is logged.
    pub async fn succeeded(self) {
        recorded(self.store.dyn_succeeded(&self.attempt)).await;
    }

    /// Records that the password was not verified, such as in an outage of the accounts, so that it
    /// does not count. If the store fails, an event is logged.
    pub async fn withdraw(self) {
        recorded(self.store.dyn_withdrawn(&self.attempt)).await;
    }
}

/// Waits for the store for a limited time, because the response does not depend on it.
async fn recorded(record: Counted<'_>) {
    match tokio::time::timeout(RECORD_TIMEOUT, record).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => drop(error.retry_after()),
        Err(elapsed) => drop(AttemptError::from(elapsed).retry_after()),
    }
}

debug_only!([] LoginAttempt {});

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(address: &str, account: &str) -> [u128; 3] {
        let limits = AttemptLimits::in_memory(|_| None);
        let attempt = limits.attempt(address.parse().unwrap(), account, "secret");
        attempt.counters().map(AttemptCounter::key)
    }

    #[test]
    fn networks_are_ipv4_addresses_and_64_bits_of_ipv6_addresses() {
        let same = |one, other| keys(one, "vera") == keys(other, "vera");
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(same("2001:db8::1", "2001:db8::ffff:0:0:2"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
    }

    #[test]
    fn accounts_and_networks_have_separate_keys() {
        let [client, network, account] = keys("192.0.2.1", "vera");
        let [other_client, same_network, other_account] = keys("192.0.2.1", "ada");
        assert_eq!(network, same_network);
        let mut all = [client, network, account, other_client, other_account];
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair.first() != pair.last()));
        assert_eq!(keys("198.51.100.7", "vera").last(), Some(&account));
    }
}
