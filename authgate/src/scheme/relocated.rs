//! A credential in another place of the request than its scheme defines.

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};

use super::{Ambient, Answer, Described, Outcome, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::{Credentials, OwnField, RequestCredentials, cookies, is_token};
use crate::denial::Challenge;
use crate::right::CredentialError;
use crate::secret::debug_only;

/// A scheme whose credential is not in `Authorization`: a token in a cookie, in the header field of
/// a proxy, or in `Sec-WebSocket-Protocol`.
///
/// The wrapped scheme verifies the credential. Its challenge, properties and configuration errors
/// are those of this scheme, except for the place of the credential. A gate refuses two schemes
/// with one name: to accept a token in both places, give this one another with
/// [`named`](Self::named).
///
/// Browsers send cookies with the requests that other sites cause. The gate rejects such requests
/// with 403 `cross_site`, as it does for sessions.
///
/// # Examples
///
/// ```
/// use authgate::Gate;
/// use authgate::scheme::{Bearer, Keys, Relocated};
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// fn bearer(keys: Keys) -> Bearer {
///     Bearer::jwt(keys).issuer("https://id.example").audience("https://api.example")
/// }
///
/// // Apps send `Authorization`, and browsers a cookie.
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = Keys::hs256("a secret of at least 32 bytes, from a vault")?;
/// let in_cookie = Relocated::in_cookie(bearer(keys.clone()), "__Host-token").named("BearerCookie");
/// let gate = Gate::<User>::builder().scheme(bearer(keys)).scheme(in_cookie).build()?;
/// # Ok(()) }
/// ```
pub struct Relocated<S> {
    scheme: S,
    place: Place,
    name: Option<&'static str>,
}

enum Place {
    Cookie(String),
    Field(OwnField),
    Found { location: Described, find: Box<Find> },
}

type Find = dyn Fn(&RequestCredentials<'_>) -> Option<Credentials> + Send + Sync;

/// Why a request has no usable credential.
enum Unusable {
    Absent,
    Malformed,
    Several,
}

impl<S: SchemeName> Relocated<S> {
    /// Reads the credential from the cookie with this name.
    #[must_use]
    pub fn in_cookie(scheme: S, name: impl Into<String>) -> Self {
        Self { scheme, place: Place::Cookie(name.into()), name: None }
    }

    /// Reads the credential from this header field, which a proxy sets: `cf-access-jwt-assertion`.
    ///
    /// A client can set the field as well, so the scheme must verify the credential, as
    /// [`Bearer`](super::Bearer) does. For fields that only contain a user name, see
    /// `danger::TrustedProxy`.
    #[must_use]
    pub fn in_field(scheme: S, name: &str) -> Self {
        Self { scheme, place: Place::Field(OwnField::new(name)), name: None }
    }

    /// Finds the credential with a function. `location` must be the place where the function finds
    /// it: it is shown in OpenAPI, its field is added to `Vary`, and the gate rejects cross-site
    /// requests only for cookies.
    ///
    /// The function may be called several times per request.
    ///
    /// ```
    /// use authgate::credentials::{Credentials, RequestCredentials};
    /// use authgate::scheme::{Bearer, Described, Keys, Relocated};
    ///
    /// /// Reads the token of `new WebSocket(url, ["bearer", token])`.
    /// fn from_protocols(request: &RequestCredentials<'_>) -> Option<Credentials> {
    ///     let protocols = request.headers().get("sec-websocket-protocol")?.to_str().ok()?;
    ///     let (_, token) = protocols.split_once("bearer,")?;
    ///     Credentials::bearer(token.trim()).ok()
    /// }
    ///
    /// fn scheme(bearer: Bearer) -> Relocated<Bearer> {
    ///     let location = Described::Field("sec-websocket-protocol".into());
    ///     Relocated::found_by(bearer, location, from_protocols)
    /// }
    /// ```
    #[must_use]
    pub fn found_by(
        scheme: S,
        location: Described,
        find: impl Fn(&RequestCredentials<'_>) -> Option<Credentials> + Send + Sync + 'static,
    ) -> Self {
        Self { scheme, place: Place::Found { location, find: Box::new(find) }, name: None }
    }

    /// Sets the name of the scheme in the challenge, in OpenAPI and in the log. Defaults
    /// to the name of the wrapped scheme.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    fn find(&self, request: &RequestCredentials<'_>) -> Result<Credentials, Unusable> {
        let credential = |value: &[u8]| {
            let value = [S::NAME.as_bytes(), b" ", value].concat();
            HeaderValue::from_bytes(&value).map(Credentials::authorization)
        };
        let one = |first: Option<Option<&[u8]>>, is_last: bool| {
            let first = first.ok_or(Unusable::Absent)?;
            if !is_last {
                return Err(Unusable::Several);
            }
            first.and_then(|value| credential(value).ok()).ok_or(Unusable::Malformed)
        };
        match &self.place {
            Place::Cookie(name) => {
                let mut values = cookies(request.headers(), name);
                one(values.next(), values.next().is_none())
            }
            Place::Field(field) => {
                let lines = field.name().map(|name| request.headers().get_all(name));
                let mut values = lines.iter().flatten().map(|line| Some(line.as_bytes()));
                one(values.next(), values.next().is_none())
            }
            Place::Found { find, .. } => find(request).ok_or(Unusable::Absent),
        }
    }

    fn with_name(&self, challenge: Challenge) -> Challenge {
        match self.name {
            Some(name) => challenge.renamed(name),
            None => challenge,
        }
    }

    fn location(&self) -> Described {
        match &self.place {
            Place::Cookie(name) => Described::Cookie(name.clone()),
            Place::Field(field) => {
                Described::Field(field.name().map_or_else(String::new, |name| name.as_str().to_owned()))
            }
            Place::Found { location, .. } => location.clone(),
        }
    }
}

impl<S: SchemeName> SchemeName for Relocated<S> {
    const NAME: &'static str = S::NAME;
}

impl<P, S: Scheme<P> + SchemeName> Scheme<P> for Relocated<S> {
    fn challenge(&self) -> Challenge {
        self.with_name(self.scheme.challenge())
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        match self.find(presented) {
            Ok(found) => self.scheme.authenticate(&found.in_request(presented).presented()),
            Err(Unusable::Absent) => Outcome::NoCredentials.into(),
            Err(Unusable::Malformed) => Outcome::Rejected(CredentialError::Malformed).into(),
            Err(Unusable::Several) => Outcome::Ambiguous.into(),
        }
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        !matches!(self.find(presented), Err(Unusable::Absent))
    }

    fn properties(&self) -> Properties {
        let location = self.location();
        let field = match &location {
            Described::Cookie(_) => COOKIE,
            Described::Field(name) => HeaderName::try_from(name).unwrap_or(AUTHORIZATION),
            _ => AUTHORIZATION,
        };
        let is_cookie = field == COOKIE;
        let properties = self.scheme.properties().fields([field]).location(location);
        #[cfg(feature = "oauth")]
        let properties = properties.relocated();
        // Whatever the wrapped scheme states, browsers send cookies by themselves.
        if is_cookie { properties.ambient(Ambient::Cookie) } else { properties }
    }

    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        let fresh = self.scheme.fresh_challenges(fault).into_iter();
        fresh.map(|challenge| self.with_name(challenge)).collect()
    }

    fn __denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.scheme.__denial_fields()
    }

    fn check(&self) -> Result<(), ConfigError> {
        match &self.place {
            Place::Field(field) => field.check(S::NAME)?,
            Place::Found { location: Described::Field(name), .. } if HeaderName::try_from(name).is_err() => {
                return Err(ConfigError::new(format!("{name:?} is not a valid field name")));
            }
            Place::Cookie(name) if name.is_empty() || !name.bytes().all(is_token) => {
                return Err(ConfigError::new(format!("{name:?} is not a valid cookie name")));
            }
            Place::Cookie(_) | Place::Found { .. } => {}
        }
        self.scheme.check()
    }
}

debug_only!([S: std::fmt::Debug] Relocated<S> { scheme });
