//! Authentication by a trusted reverse proxy.

mod net;

use std::net::{IpAddr, SocketAddr};

use http::header::{HeaderName, HeaderValue};
use ipnet::IpNet;

use crate::ConfigError;
use crate::credentials::{OwnField, RequestCredentials, peer};
use crate::dangerous::Weaker;
use crate::denial::Challenge;
use crate::right::{Context, CredentialError, SchemeName};
use crate::scheme::{Ambient, Answer, Identity, Outcome, Properties, Scheme};
use crate::secret::debug_only;

/// In bytes. No user name is longer.
const LONGEST_NAME: usize = 256;

/// Trusts a header field, such as `x-forwarded-user`, in which a reverse proxy names the caller.
///
/// Any program that can connect from one of the trusted addresses can impersonate any caller. So no
/// other program may be able to connect from these addresses, and a machine that others share is
/// not suitable. The proxy must remove or replace the field in the requests of its clients.
///
/// A request with the field from any other peer gets 401 `credentials_rejected`, and is logged. Two
/// field lines, or a value with a comma, get 400 `credentials_ambiguous`, because a proxy that
/// appends its value to the client's looks like this. A name is UTF-8 without control characters,
/// with up to 256 bytes. The `principal` function converts it into a principal, if the user exists.
///
/// axum provides the address of the peer: serve with
/// `into_make_service_with_connect_info::<SocketAddr>()`. Without it, requests get 503, and an
/// error is logged. An IPv4 address also matches its IPv4-mapped IPv6 address
/// (`::ffff:10.0.0.1`, RFC 4291 section 2.5.5.2).
///
/// The proxy usually identifies its users by a cookie, so a page of another site can make a browser
/// send requests for a user. Unsafe cross-site requests are rejected, as for
/// [`Ambient::BrowserCredentials`].
///
/// # Examples
///
/// ```
/// use authgate::Gate;
/// use authgate::danger::TrustedProxy;
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let proxy = TrustedProxy::new(
///     "x-forwarded-user",
///     "the single sign-on proxy of the company; it replaces the field, and only it reaches this port",
///     ["10.1.2.3", "fd00:1::/64"],
///     |name| Some(User { name: name.to_owned() }),
/// );
/// let gate = Gate::<User>::builder().scheme(proxy.realm("intranet")).build()?;
/// # Ok(()) }
/// ```
pub struct TrustedProxy<P = ()> {
    field: OwnField,
    fields: Vec<HeaderName>,
    reason: &'static str,
    nets: Result<Vec<IpNet>, ConfigError>,
    realm: String,
    principal: Box<Principals<P>>,
}

type Principals<P> = dyn Fn(&str) -> Option<P> + Send + Sync;

impl<P> TrustedProxy<P> {
    /// Trusts this field from these peers: addresses (`10.1.2.3`, `::1`) and networks
    /// (`10.1.0.0/16`, `fd00:1::/64`).
    ///
    /// `principal` converts a name into a principal. `None` gives 401 `credentials_rejected`.
    ///
    /// Building the gate fails with a [`ConfigError`] if the reason is blank or there are no peers.
    /// It also fails if a peer is malformed or covers all addresses (`/0`).
    pub fn new<A: AsRef<str>>(
        field: &str,
        reason: &'static str,
        peers: impl IntoIterator<Item = A>,
        principal: impl Fn(&str) -> Option<P> + Send + Sync + 'static,
    ) -> Self {
        let field = OwnField::new(field);
        Self {
            fields: field.name().cloned().into_iter().collect(),
            field,
            reason,
            nets: peers.into_iter().map(|peer| net::parse(peer.as_ref())).collect(),
            realm: String::new(),
            principal: Box::new(principal),
        }
    }

    /// Sets the realm of the challenge (RFC 9110 section 11.5). The gate cannot be built without
    /// one.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    fn is_trusted(&self, peer: IpAddr) -> bool {
        net::contain(self.nets.as_deref().unwrap_or_default(), peer)
    }

    /// Returns the verdict for the field, without checking the peer.
    fn named(&self, presented: &RequestCredentials<'_>) -> Outcome<P> {
        let lines = self.field.name().into_iter().flat_map(|name| presented.headers().get_all(name));
        let mut lines = lines.map(HeaderValue::as_bytes);
        let name = lines.next().unwrap_or_default().trim_ascii();
        if lines.next().is_some() || name.contains(&b',') {
            return Outcome::Ambiguous;
        }
        let name = Some(name).filter(|name| (1..=LONGEST_NAME).contains(&name.len()));
        let name = name.and_then(|name| std::str::from_utf8(name).ok());
        let Some(name) = name.filter(|name| !name.contains(char::is_control)) else {
            return Outcome::Rejected(CredentialError::Malformed);
        };
        match (self.principal)(name) {
            Some(principal) => Outcome::Authenticated(Identity::new(principal, Context::of(Self::NAME))),
            None => Outcome::Rejected(CredentialError::Rejected),
        }
    }
}

impl<P> SchemeName for TrustedProxy<P> {
    const NAME: &'static str = "TrustedProxy";
}

impl<P: 'static> Scheme<P> for TrustedProxy<P> {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.realm).only_alone()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        self.field.name().is_some_and(|name| presented.headers().contains_key(name))
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let Some(peer) = peer(presented.extensions()).as_ref().map(SocketAddr::ip) else {
            tracing::error!(
                target: "authgate::gate",
                scheme = Self::NAME,
                "the address of the peer is unknown, so that its trust cannot be checked: serve with \
                 `into_make_service_with_connect_info::<SocketAddr>()`"
            );
            return Outcome::Unavailable.into();
        };
        if !self.is_trusted(peer) {
            tracing::warn!(
                target: "authgate::authentication",
                scheme = Self::NAME,
                field = self.field.name().map(HeaderName::as_str),
                %peer,
                "a peer that is not a trusted proxy sent the name of a caller"
            );
            return Outcome::Rejected(CredentialError::Rejected).into();
        }
        self.named(presented).into()
    }

    fn properties(&self) -> Properties {
        Properties::new()
            .fields(self.fields.clone())
            .ambient(Ambient::BrowserCredentials)
            .without_login()
            .repeatable()
            .weaker(&[Weaker::new("TrustedProxy", self.reason)])
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.field.check(Self::NAME)?;
        if self.nets.as_ref().map_err(Clone::clone)?.is_empty() {
            return Err(ConfigError::new(
                "the TrustedProxy scheme trusts no peer and rejects every caller: add the address of the proxy, \
                 such as \"10.1.2.3\"",
            ));
        }
        Ok(())
    }
}

debug_only!([P] TrustedProxy<P> { fields, nets, realm });
