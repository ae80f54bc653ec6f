use std::time::SystemTime;

use serde_json::{Map, Value};

use super::signed_in::{milliseconds, time};
use crate::right::Context;

/// The strength of a login, for rights such as [`Factor`](crate::right::Factor) and
/// [`Acr`](crate::right::Acr). Pass it to [`sign_in_with`](super::Sessions::sign_in_with).
///
/// # Examples
///
/// ```
/// use authgate::session::LoginAssurance;
///
/// // A password and a code from an app.
/// let strength = LoginAssurance::new().with_amr(["pwd", "otp", "mfa"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginAssurance {
    acr: Option<Box<str>>,
    amr: Vec<Box<str>>,
    authenticated_at: Option<SystemTime>,
}

impl LoginAssurance {
    /// Creates the strength of a login about which nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self { acr: None, amr: Vec::new(), authenticated_at: None }
    }

    /// Sets the time at which the caller authenticated. The default is the time of sign-in. A time
    /// in the future counts as the time of sign-in.
    ///
    /// An application that signs callers in through a provider passes the `auth_time` of the ID
    /// token (OpenID Connect Core 1.0 section 2). The provider may have asked for a password hours
    /// ago. The lifetime of the session always counts from sign-in.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use authgate::session::LoginAssurance;
    ///
    /// let auth_time = 1_700_000_000;
    /// let strength =
    ///     LoginAssurance::new().authenticated_at(UNIX_EPOCH + Duration::from_secs(auth_time));
    /// ```
    #[must_use]
    pub const fn authenticated_at(mut self, time: SystemTime) -> Self {
        self.authenticated_at = Some(time);
        self
    }

    /// Sets the authentication context class (`OpenID` Connect Core section 2).
    #[must_use]
    pub fn with_acr(mut self, class: impl Into<Box<str>>) -> Self {
        self.acr = Some(class.into());
        self
    }

    /// Sets all methods that were used, by their names in RFC 8176: `pwd`, `otp`, `hwk`, `mfa`.
    /// Replaces the methods that were set before.
    #[must_use]
    pub fn with_amr<M: Into<Box<str>>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.amr = methods.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the strength of a sign-in at this time to the context.
    pub(crate) fn tell(self, context: Context, signed_in_at: SystemTime) -> Context {
        let at = self.authenticated_at.map_or(signed_in_at, |at| at.min(signed_in_at));
        context.with_authenticated_at(at).with_acr(self.acr).with_amr(self.amr)
    }

    /// Writes the known values to the record of a session.
    pub(super) fn write(&self, kept: &mut Map<String, Value>) {
        if let Some(class) = &self.acr {
            kept.insert("acr".to_owned(), Value::from(&**class));
        }
        if !self.amr.is_empty() {
            kept.insert("amr".to_owned(), self.amr.iter().map(|method| Value::from(&**method)).collect());
        }
        if let Some(at) = self.authenticated_at {
            kept.insert("auth_time".to_owned(), milliseconds(at));
        }
    }

    /// Reads the values from the record of a session. Returns `None` if a value has the wrong type.
    pub(super) fn read(kept: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(Box::from);
        let acr = match kept.get("acr") {
            None => None,
            Some(class) => Some(text(class)?),
        };
        let amr = match kept.get("amr") {
            None => Vec::new(),
            Some(methods) => methods.as_array()?.iter().map(text).collect::<Option<_>>()?,
        };
        let authenticated_at = match kept.get("auth_time") {
            None => None,
            Some(at) => Some(time(at)?),
        };
        Some(Self { acr, amr, authenticated_at })
    }
}
