//! API keys: secrets of programs, in a header field of the application's choice.

mod digest;
mod error;
mod new_key;
mod store;
mod strength;
mod table;

use std::fmt;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

pub use digest::KeyDigest;
pub use error::ApiKeyError;
pub use new_key::NewKey;
pub use store::{ApiKeys, Finding, KeyRecord};
pub use table::KeyTable;

use super::{Answer, Identity, Named, Scheme, Verdict};
use crate::ConfigError;
use crate::credentials::{OwnField, Presented};
use crate::denial::Challenge;
use crate::right::{Context, Fault};

/// An API key in a header field, such as `x-api-key`, or in `Authorization: ApiKey <key>`.
///
/// What the application keeps of a key is its [`KeyDigest`]; [`NewKey`] makes keys, and `K` knows whose each is: a
/// [`KeyTable`] in memory, or a type of the application's own that implements [`ApiKeys`].
///
/// ```
/// use authgate::scheme::ApiKey;
/// use authgate::scheme::api_key::{KeyRecord, KeyTable, NewKey};
/// use authgate::Gate;
/// # #[derive(Clone, authgate::Principal)]
/// # struct Machine { #[principal(id)] name: String }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = KeyTable::new();
/// let key = NewKey::generate("acme")?;
/// keys.insert(key.digest(), KeyRecord::new(Machine { name: "ci".into() }).with_id("ci-2026"))?;
/// println!("once, and never again: {}", key.text());
///
/// let gate = Gate::<Machine>::builder().scheme(ApiKey::header("x-api-key", keys.clone()).realm("api")).build()?;
/// # Ok(()) }
/// ```
///
/// A key is up to 512 printable ASCII characters without spaces and commas. Two keys, as two field lines, as one that
/// joins them with a comma, or in both places, are 400 `credentials_ambiguous` (RFC 9110 section 5.3, `standards.md`
/// rows 12 and 31). Keys in the query are never read (row 33): queries are logged, cached and sent on as `Referer`.
///
/// `ApiKey` is no registered auth-scheme; a challenge goes out only where the gate has no other, for a 401 has to have
/// one (RFC 9110 section 15.5.2, rows 1 and 7).
///
/// A layer that logs request headers logs keys, too, unless it is told that the field is sensitive, for example by
/// `tower_http::sensitive_headers`.
pub struct ApiKey<K = KeyTable<()>> {
    field: OwnField,
    /// The field, and `Authorization` where that is read, too.
    fields: Vec<HeaderName>,
    realm: String,
    keys: K,
}

impl<K> ApiKey<K> {
    /// Takes keys from this header field, and from `Authorization: ApiKey <key>`.
    ///
    /// The field is one of the application's own, such as `x-api-key`: one that means something else already, such as
    /// `cookie`, is a [`ConfigError`] when the gate is built.
    #[must_use]
    pub fn header(name: &str, keys: K) -> Self {
        let field = OwnField::new(name);
        let fields = field.name().cloned().into_iter().chain([AUTHORIZATION]).collect();
        Self { field, fields, realm: String::new(), keys }
    }

    /// Takes no keys from `Authorization`.
    #[must_use]
    pub fn header_only(mut self) -> Self {
        self.fields.retain(|field| *field != AUTHORIZATION);
        self
    }

    /// The realm of the challenge (RFC 9110 section 11.5): what is protected, as people call it. Without one no gate
    /// is built.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    fn in_authorization<'a>(&self, presented: &Presented<'a>) -> Option<&'a [u8]> {
        let is_read = self.fields.contains(&AUTHORIZATION);
        presented.authorization().credential_of(Self::NAME).filter(|_| is_read)
    }

    /// The one key that is presented; or what is wrong.
    fn presented_key<P>(&self, presented: &Presented<'_>) -> Result<KeyDigest, Verdict<P>> {
        let lines = self.field.name().into_iter().flat_map(|name| presented.headers().get_all(name));
        let mut keys = lines.map(HeaderValue::as_bytes).chain(self.in_authorization(presented));
        let key = keys.next().unwrap_or_default().trim_ascii();
        if keys.next().is_some() || key.contains(&b',') {
            return Err(Verdict::Ambiguous);
        }
        if !strength::has_the_form_of_a_key(key) {
            return Err(Verdict::Refused(Fault::Malformed));
        }
        Ok(KeyDigest::of_presented(key))
    }
}

impl<K> Named for ApiKey<K> {
    const NAME: &'static str = "ApiKey";
}

impl<P, K: ApiKeys<P>> Scheme<P> for ApiKey<K> {
    fn knows_login(&self) -> bool {
        false
    }

    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.realm).only_alone()
    }

    fn is_presented(&self, _: &str, presented: &Presented<'_>) -> bool {
        self.field.name().is_some_and(|name| presented.headers().contains_key(name))
            || self.in_authorization(presented).is_some()
    }

    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, P> {
        let digest = match self.presented_key(&presented) {
            Ok(digest) => digest,
            Err(verdict) => return verdict.into(),
        };
        match self.keys.find_at_once(&digest) {
            Some(finding) => verdict(finding).into(),
            None => Answer::later(async move { verdict(self.keys.find(&digest).await) }),
        }
    }

    fn never_waits(&self) -> bool {
        self.keys.never_waits()
    }

    fn fields(&self) -> &[HeaderName] {
        &self.fields
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.field.check(Self::NAME)
    }
}

/// What becomes of what the store has found.
fn verdict<P>(finding: Finding<P>) -> Verdict<P> {
    let fault = match finding {
        Finding::Known(record) if record.has_ended(SystemTime::now()) => Fault::Expired,
        Finding::Known(KeyRecord { principal, id, expires_at }) => {
            let context = Context::of(ApiKey::<()>::NAME).with_token_id(id).with_expires_at(expires_at);
            return Verdict::Identified(Identity::new(principal, context));
        }
        Finding::Unknown => Fault::Rejected,
        Finding::Expired => Fault::Expired,
        Finding::Revoked => Fault::Revoked,
        Finding::Undecided => return Verdict::Undecided,
    };
    Verdict::Refused(fault)
}

/// Prints no keys, nor whose they are.
impl<K> fmt::Debug for ApiKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("fields", &self.fields)
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}
