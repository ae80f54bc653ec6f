#[cfg(feature = "session")]
use std::any::Any;
#[cfg(any(feature = "oauth", feature = "session"))]
use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE, HeaderName};

use crate::dangerous::Weaker;
#[cfg(feature = "oauth")]
use crate::denial::resource_metadata::ProtectedPaths;
#[cfg(feature = "oauth")]
use crate::jws::Verifier;
use authgate_access::{Ambient, Described};

/// The properties of a scheme that do not depend on a request.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Ambient, Properties};
/// use axum::http::header::COOKIE;
///
/// // A token in a cookie.
/// let properties = Properties::new().fields([COOKIE]).ambient(Ambient::Cookie);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Properties {
    pub(crate) fields: Vec<HeaderName>,
    ambient: Option<Ambient>,
    location: Option<Described>,
    pub(crate) knows_login: bool,
    pub(crate) sets_response_fields: bool,
    /// `true` if the scheme can run again for the same request without an effect.
    pub(crate) is_repeatable: bool,
    pub(crate) forbids: bool,
    pub(crate) limits_attempts: bool,
    /// `true` if the credential is not where its scheme defines it to be.
    #[cfg(feature = "oauth")]
    pub(crate) is_relocated: bool,
    /// The settings that are weaker than the default.
    pub(crate) weaker: Vec<Weaker>,
    /// The protection space of a session scheme, to which sign-ins are bound.
    #[cfg(feature = "session")]
    pub(crate) space: Option<Arc<dyn Any + Send + Sync>>,
    /// The path at which people sign in, unless the gate has another one.
    pub(crate) login_page: Option<String>,
    /// The protected resources that the challenge names.
    #[cfg(feature = "oauth")]
    pub(crate) resources: Option<Arc<ProtectedPaths>>,
    /// The verifier of the tokens, for the health of its issuers.
    #[cfg(feature = "oauth")]
    pub(crate) verifier: Option<Arc<Verifier>>,
}

impl Properties {
    /// Creates the properties of a scheme that reads the `Authorization` field and whose
    /// [`Context`](crate::Context) may state the time of the login.
    pub fn new() -> Self {
        Self {
            fields: vec![AUTHORIZATION],
            ambient: None,
            location: None,
            knows_login: true,
            sets_response_fields: false,
            is_repeatable: false,
            forbids: false,
            limits_attempts: false,
            #[cfg(feature = "oauth")]
            is_relocated: false,
            weaker: Vec::new(),
            #[cfg(feature = "session")]
            space: None,
            login_page: None,
            #[cfg(feature = "oauth")]
            resources: None,
            #[cfg(feature = "oauth")]
            verifier: None,
        }
    }

    /// Sets the request header fields that affect the outcome. They are added to `Vary`.
    pub fn fields(mut self, fields: impl IntoIterator<Item = HeaderName>) -> Self {
        self.fields = fields.into_iter().collect();
        self
    }

    /// Sets how the credential gets onto a request. The default is [`Ambient::Cookie`] if `Cookie`
    /// is among the [`fields`](Self::fields), and [`Ambient::No`] otherwise.
    ///
    /// A scheme must set it if browsers send the credential on their own. Pages of other sites can
    /// make the browser send such credentials, so the gate rejects unsafe cross-site requests that
    /// carry them.
    pub fn ambient(mut self, ambient: Ambient) -> Self {
        self.ambient = Some(ambient);
        self
    }

    /// Sets where clients send the credential, for generated API documents. The default is the
    /// first of the [`fields`](Self::fields).
    pub fn location(mut self, location: Described) -> Self {
        self.location = Some(location);
        self
    }

    /// States that the [`Context`](crate::Context) never tells when and how the caller logged in,
    /// because the browser remembers the credential or because it belongs to a program.
    ///
    /// Callers that need a more recent or a stronger login are then not sent the challenge of this
    /// scheme.
    pub fn without_login(mut self) -> Self {
        self.knows_login = false;
        self
    }

    /// States that an [`Identity`](super::Identity) of this scheme may set fields on the response.
    pub fn sets_response_fields(mut self) -> Self {
        self.sets_response_fields = true;
        self
    }

    /// Declares that the scheme can deny the holder of a valid credential with
    /// [`Outcome::Forbidden`](super::Outcome::Forbidden).
    pub fn forbids(mut self) -> Self {
        self.forbids = true;
        self
    }

    /// Declares that the scheme can reject a client that has tried too often, with
    /// [`TooManyAttempts`](crate::denial::CredentialError::TooManyAttempts). Generated API
    /// documents then list 429.
    pub fn limits_attempts(mut self) -> Self {
        self.limits_attempts = true;
        self
    }

    /// States that the scheme can run again for the same request: it only computes, and has no
    /// effect. The gate remembers the callers of other schemes for the rest of the request.
    pub(crate) fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    #[cfg(feature = "oauth")]
    pub(super) const fn relocated(mut self) -> Self {
        self.is_relocated = true;
        self
    }

    pub(crate) const fn not_repeatable(mut self) -> Self {
        self.is_repeatable = false;
        self
    }

    pub(crate) fn weaker(mut self, weaker: &[Weaker]) -> Self {
        self.weaker.extend_from_slice(weaker);
        self
    }

    #[cfg(feature = "oauth")]
    pub(super) fn of_tokens(
        mut self,
        verifier: &Arc<Verifier>,
        resources: Option<&Arc<ProtectedPaths>>,
    ) -> Self {
        self.verifier = Some(Arc::clone(verifier));
        self.resources = resources.cloned();
        self
    }

    #[cfg(feature = "session")]
    pub(crate) fn signs_in_to(mut self, space: Arc<dyn Any + Send + Sync>) -> Self {
        self.space = Some(space);
        self
    }

    #[cfg(feature = "session")]
    pub(crate) fn login_page(mut self, path: Option<&str>) -> Self {
        self.login_page = path.map(str::to_owned);
        self
    }

    pub(crate) fn is_ambient(&self) -> Ambient {
        let of_field = if self.fields.contains(&COOKIE) { Ambient::Cookie } else { Ambient::No };
        self.ambient.unwrap_or(of_field)
    }

    #[cfg(feature = "table")]
    pub(crate) fn described(&self) -> Described {
        let of_field = || match self.fields.first() {
            Some(field) if field != AUTHORIZATION => Described::Field(field.as_str().to_owned()),
            _ => Described::Authorization { format: None },
        };
        self.location.clone().unwrap_or_else(of_field)
    }
}

impl Default for Properties {
    fn default() -> Self {
        Self::new()
    }
}
