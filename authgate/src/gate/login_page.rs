use http::header::HeaderValue;
use http::request::Parts;

use super::ConfigError;
use crate::credentials::{ReturnTo, in_query, target};
use crate::denial::navigates_to;
use crate::right::{Login, Reason};

/// Where browsers are sent to sign in.
#[derive(Clone)]
pub(crate) struct LoginPage {
    path: String,
}

impl LoginPage {
    pub(super) fn new(path: String) -> Result<Self, ConfigError> {
        if ReturnTo::new(&path).path().is_none() || path.contains('#') {
            return Err(ConfigError::new(format!(
                "the login page {path:?} is no path on this site: write one such as `.login_page(\"/login\")`"
            )));
        }
        Ok(Self { path })
    }

    /// The value of `Location` for a browser that navigates, with the target as `return_to`, and with the reason and the login
    /// that would do where it is not that nobody has signed in. `None` for every other client, and where it navigates to the
    /// login page itself.
    pub(super) fn instead_of(&self, request: &Parts, reason: Reason, needed: &Login) -> Option<HeaderValue> {
        let return_to = navigates_to(request)?;
        let own = self.path.split('?').next();
        if own == Some(target(request).path()) {
            return None;
        }
        let mut location = self.path.clone();
        let mut add = |name: &str, value: &str| {
            location.push(if location.contains('?') { '&' } else { '?' });
            location.extend([name, "=", value]);
        };
        if !reason.is_about_authentication() {
            add("reason", reason.code());
        }
        if let Some(seconds) = needed.max_age {
            add("max_age", &seconds.to_string());
        }
        if !needed.acr_values.is_empty() {
            add("acr_values", &in_query(&needed.acr_values.join(" ")));
        }
        if return_to.path().is_some() {
            add("return_to", &return_to.encoded());
        }
        HeaderValue::try_from(location).ok()
    }
}
