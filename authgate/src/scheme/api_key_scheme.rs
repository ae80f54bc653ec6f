//! API keys: secrets that authenticate programs, sent in a header field of the application's
//! choice.

mod digest;
mod error;
mod new_key;
mod store;
mod strength;
mod table;

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

pub use digest::KeyDigest;
pub use error::ApiKeyError;
pub use new_key::NewKey;
pub use store::{ApiKeys, KeyLookup, KeyRecord};
pub use table::InMemoryApiKeys;

use super::{Answer, Identity, Outcome, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::{OwnField, RequestCredentials};
use crate::denial::Challenge;
use crate::log::rejected;
use crate::right::{Context, CredentialError};
use crate::secret::debug_only;

/// An API key in a header field, such as `x-api-key`, or in `Authorization: ApiKey <key>`.
///
/// The application stores only the [`KeyDigest`] of a key. [`NewKey`] generates keys. `K` maps a
/// digest to its holder: an in-memory [`InMemoryApiKeys`], or an implementation of [`ApiKeys`].
///
/// A key has up to 512 printable ASCII characters, without spaces and commas. A request must carry
/// only one key. Two field lines, a value with a comma, or keys in both fields get 400
/// `credentials_ambiguous` (RFC 9110 section 5.3, RFC 6750 section 2). Keys in the query are never
/// read, because queries are logged, cached and sent on in `Referer` (OAuth 2.1 section 5.1).
///
/// `ApiKey` is not a registered auth-scheme, and many clients fail on an unknown scheme (RFC 9110
/// section 11.3). So its challenge is sent only if the gate has no other, because a 401 must carry
/// one (RFC 9110 section 15.5.2).
///
/// A layer that logs request headers also logs keys. Mark the field as sensitive, for example with
/// `tower_http::sensitive_headers`.
///
/// # Examples
///
/// ```
/// use authgate::Gate;
/// use authgate::scheme::ApiKey;
/// use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
///
/// #[derive(Clone, authgate::Principal)]
/// struct Machine {
///     #[principal(id)]
///     name: String,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = InMemoryApiKeys::new();
/// let key = NewKey::generate("acme")?;
/// keys.insert(key.digest(), KeyRecord::new(Machine { name: "ci".into() }).with_id("ci-2026"))?;
/// println!("once, and never again: {}", key.text());
///
/// let gate = Gate::<Machine>::builder()
///     .scheme(ApiKey::header("x-api-key", keys.clone()).realm("api"))
///     .build()?;
/// # Ok(()) }
/// ```
pub struct ApiKey<K = InMemoryApiKeys<()>> {
    field: OwnField,
    /// The header field, and `Authorization` unless it is disabled.
    fields: Vec<HeaderName>,
    realm: String,
    keys: Arc<K>,
}

impl<K> ApiKey<K> {
    /// Reads keys from this header field, and from `Authorization: ApiKey <key>`.
    ///
    /// The field must be specific to the application, such as `x-api-key`. For a field that has
    /// another meaning, such as `cookie`, building the gate fails with a [`ConfigError`].
    #[must_use]
    pub fn header(name: &str, keys: K) -> Self {
        let field = OwnField::new(name);
        let fields = field.name().cloned().into_iter().chain([AUTHORIZATION]).collect();
        Self { field, fields, realm: String::new(), keys: Arc::new(keys) }
    }

    /// Stops reading keys from `Authorization`.
    #[must_use]
    pub fn header_only(mut self) -> Self {
        self.fields.retain(|field| *field != AUTHORIZATION);
        self
    }

    /// Sets the realm of the challenge (RFC 9110 section 11.5). The gate cannot be built without
    /// one.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    fn in_authorization<'a>(&self, presented: &RequestCredentials<'a>) -> Option<&'a [u8]> {
        let is_read = self.fields.contains(&AUTHORIZATION);
        presented.authorization().credential_of(Self::NAME).filter(|_| is_read)
    }

    /// Returns the digest of the presented key, or the verdict if the request does not carry
    /// exactly one well-formed key.
    fn presented_key<P>(&self, presented: &RequestCredentials<'_>) -> Result<KeyDigest, Outcome<P>> {
        let lines = self.field.name().into_iter().flat_map(|name| presented.headers().get_all(name));
        let mut keys = lines.map(HeaderValue::as_bytes).chain(self.in_authorization(presented));
        let key = keys.next().unwrap_or_default().trim_ascii();
        if keys.next().is_some() || key.contains(&b',') {
            return Err(Outcome::Ambiguous);
        }
        if !strength::has_the_form_of_a_key(key) {
            rejected(Self::NAME, "form");
            return Err(Outcome::Rejected(CredentialError::Malformed));
        }
        Ok(KeyDigest::of_presented(key))
    }
}

impl<K> SchemeName for ApiKey<K> {
    const NAME: &'static str = "ApiKey";
}

impl<P, K: ApiKeys<P>> Scheme<P> for ApiKey<K> {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.realm).only_alone()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        self.field.name().is_some_and(|name| presented.headers().contains_key(name))
            || self.in_authorization(presented).is_some()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let digest = match self.presented_key(presented) {
            Ok(digest) => digest,
            Err(verdict) => return verdict.into(),
        };
        match self.keys.find_now(&digest) {
            Some(finding) => verdict(finding).into(),
            None => {
                let keys = Arc::clone(&self.keys);
                Answer::pending(async move { verdict(keys.find(&digest).await) })
            }
        }
    }

    fn properties(&self) -> Properties {
        Properties::new().fields(self.fields.clone()).without_login().repeatable()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.field.check(Self::NAME)
    }
}

/// Converts the result of the lookup into a verdict.
fn verdict<P>(finding: KeyLookup<P>) -> Outcome<P> {
    let fault = match finding {
        KeyLookup::Known(record) if record.has_ended(SystemTime::now()) => CredentialError::Expired,
        KeyLookup::Known(KeyRecord { principal, id, expires_at }) => {
            let context = Context::of(ApiKey::<()>::NAME).with_token_id(id).with_expires_at(expires_at);
            return Outcome::Authenticated(Identity::new(principal, context));
        }
        KeyLookup::Unknown => {
            rejected(ApiKey::<()>::NAME, "key");
            CredentialError::Rejected
        }
        KeyLookup::Expired => CredentialError::Expired,
        KeyLookup::Revoked => CredentialError::Revoked,
        KeyLookup::Unavailable => return Outcome::Unavailable,
    };
    Outcome::Rejected(fault)
}

debug_only! {
    /// Omits the keys and their holders.
    [K] ApiKey<K> { fields, realm }
}
