use http::header::HeaderValue;
use http::request::Parts;

use super::ConfigError;
use crate::credentials::{ReturnTo, target};
use crate::denial::navigates_to;

/// Where browsers are sent to sign in.
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

    /// The value of `Location` for a browser that navigates, with the target as `return_to`. `None` for every other client,
    /// and where it navigates to the login page itself.
    pub(super) fn instead_of(&self, request: &Parts) -> Option<HeaderValue> {
        let return_to = navigates_to(request)?;
        let own = self.path.split('?').next();
        if own == Some(target(request).path()) {
            return None;
        }
        let separator = if self.path.contains('?') { '&' } else { '?' };
        let location = match return_to.path() {
            None => self.path.clone(),
            Some(_) => format!("{}{separator}return_to={}", self.path, return_to.encoded()),
        };
        HeaderValue::try_from(location).ok()
    }
}
