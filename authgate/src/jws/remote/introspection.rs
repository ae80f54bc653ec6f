//! Token introspection (RFC 7662): tokens that cannot be verified here are checked by their issuer.

mod answer;
mod call;
mod flights;
mod introspected_issuer;
mod introspector;
mod selection;
mod signed;

use std::time::Duration;

#[cfg(feature = "oidc")]
pub(crate) use self::call::form_encoded;
pub(in crate::jws) use self::introspected_issuer::IssuerIntrospection;
pub(crate) use self::introspector::{Introspected, Introspector, Lookup};
pub(crate) use self::selection::Introspecting;
use super::Settings;
use super::address;
use crate::dangerous::{Dangerous, Weaker};
use crate::jws::compact::is_token;
use crate::secret::debug_only;

/// How long a positive answer is used, by default.
const CACHED_FOR: Duration = Duration::from_secs(30);

/// How the tokens of an issuer are introspected (RFC 7662): the endpoint, the client, the cache.
///
/// An answer counts only if its `active` is the Boolean `true`. Its `iss`, `aud`, `exp`, `nbf` and
/// `cnf` are then checked as those of a JWT are. `aud` and `exp` are required, although RFC 7662
/// makes them optional: see [`dangerous`](Self::dangerous). `iss` may be missing.
///
/// The principal is deserialized from the answer. An answer without `sub` gets the `client_id` as
/// its `sub`: such a token was issued to a program for itself. An issuer must not give a client
/// the identifier of a user (RFC 9068 section 5). An answer without `jti` is not an error for
/// [`revoked_by`](crate::oauth::AccessTokens::revoked_by).
///
/// If the issuer gives no usable answer, requests get 503, and an event at the level ERROR states
/// the cause: no response within three seconds, a status other than 200, or a body that is not as
/// RFC 7662 requires. The next call is made one second later, except after a status of 400, 413 or
/// 422, which may be due to the token. At most 256 tokens wait for an endpoint at the same time.
/// Others get 503 `busy`.
///
/// # Examples
///
/// ```
/// use authgate::oauth::Introspection;
/// use authgate::scheme::Issuer;
///
/// fn issuer(secret: String) -> Issuer {
///     Issuer::introspected("https://old.example", Introspection::discover().client("api", secret))
/// }
/// ```
#[derive(Clone)]
pub struct Introspection {
    /// `None` if the metadata of the issuer states it.
    endpoint: Option<String>,
    client_id: String,
    client_secret: String,
    sends_secret_in_body: bool,
    cached_for: Duration,
    token_prefix: Option<String>,
    is_signed: bool,
    without_audience: Option<Weaker>,
    without_expiry: Option<Weaker>,
}

impl Introspection {
    /// Takes the endpoint from the metadata of the issuer (`introspection_endpoint`, RFC 8414
    /// section 2).
    #[must_use]
    pub const fn discover() -> Self {
        Self {
            endpoint: None,
            client_id: String::new(),
            client_secret: String::new(),
            sends_secret_in_body: false,
            cached_for: CACHED_FOR,
            token_prefix: None,
            is_signed: false,
            without_audience: None,
            without_expiry: None,
        }
    }

    /// Uses the endpoint at this address. The metadata of the issuer is not fetched.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { endpoint: Some(url.into()), ..Self::discover() }
    }

    /// Sets the client as which this service authenticates to the endpoint. The secret is sent in
    /// the `Authorization` field (`client_secret_basic`, RFC 6749 section 2.3.1).
    #[must_use]
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = id.into();
        self.client_secret = secret.into();
        self
    }

    /// Sends the client's id and secret in the body (`client_secret_post`), for an issuer that does
    /// not support the `Authorization` field.
    #[must_use]
    pub const fn client_secret_post(mut self) -> Self {
        self.sends_secret_in_body = true;
        self
    }

    /// Sets for how long an answer is used. 30 seconds by default, and never beyond the `exp` of
    /// the token. A token that is revoked at its issuer is accepted for at most this time.
    ///
    /// The answer for an inactive token is used for at most one second.
    #[must_use]
    pub const fn cached_for(mut self, time: Duration) -> Self {
        self.cached_for = time;
        self
    }

    /// Introspects only tokens that start with this text. Several introspecting issuers of a gate
    /// must have prefixes that distinguish their tokens, because a token is never sent to a server
    /// that did not issue it. For the same reason, a route of two gates
    /// ([`Either`](crate::Either)) accepts only tokens with a prefix.
    #[must_use]
    pub fn token_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.token_prefix = Some(prefix.into());
        self
    }

    /// Asks for signed answers (RFC 9701), and accepts no others. The keys of the issuer verify
    /// them. Other signed answers are verified as well.
    #[must_use]
    pub const fn signed(mut self) -> Self {
        self.is_signed = true;
        self
    }

    /// Takes one setting that is weaker than the default. Blank reasons are rejected when the gate
    /// is built.
    pub const fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }

    /// Returns what is wrong with the settings, as the end of a sentence.
    fn check(&self, issuer: &Settings) -> Result<(), String> {
        if let Some(endpoint) = &self.endpoint {
            address::parse(endpoint, issuer.plain_http()).map_err(|error| {
                format!("the introspection endpoint {:?} {error}", address::without_password(endpoint))
            })?;
        }
        if self.client_id.is_empty() || self.client_secret.is_empty() {
            return Err("introspection needs the id and the secret of a client: set them with \
                        `Introspection::client(..)`"
                .to_owned());
        }
        match &self.token_prefix {
            Some(prefix) if !is_token(prefix.as_bytes()) => {
                Err(format!("no token starts with {prefix:?}: set another `token_prefix`"))
            }
            _ => Ok(()),
        }
    }

    fn weaker(&self) -> impl Iterator<Item = Weaker> {
        self.without_audience.into_iter().chain(self.without_expiry)
    }
}

impl Dangerous<Introspection> {
    /// Accepts answers without `aud`. Tokens that the issuer issued for other services are then
    /// accepted here. An `aud` that is present is still checked.
    #[must_use]
    pub fn without_audience(self) -> Introspection {
        let Self { mut builder, reason } = self;
        builder.without_audience = Some(Weaker::new("without_audience", reason));
        builder
    }

    /// Accepts answers without `exp`. An `exp` that is present is still checked. Such a token is
    /// accepted for as long as the issuer answers that it is active.
    #[must_use]
    pub fn without_expiry(self) -> Introspection {
        let Self { mut builder, reason } = self;
        builder.without_expiry = Some(Weaker::new("without_expiry", reason));
        builder
    }
}

debug_only! {
    /// Omits the secret of the client.
    [] Introspection { endpoint, client_id, cached_for, token_prefix, is_signed, without_audience, without_expiry }
}
