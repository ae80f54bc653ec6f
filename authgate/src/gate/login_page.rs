use std::fmt::Display;

use http::header::HeaderValue;
use http::request::Parts;

use super::{Entry, Gate};
use crate::credentials::{ReturnTo, in_query, target};
use crate::denial::{Denial, navigates_to, returns_to};
use crate::error::ConfigError;
use crate::right::{ForbiddenReason, Login, Principal, Reason};
use crate::scheme::Ambient;

/// The login page for browsers.
#[derive(Clone)]
pub(crate) struct LoginPage {
    path: String,
}

impl LoginPage {
    pub(super) fn new(path: String) -> Result<Self, ConfigError> {
        if ReturnTo::new(&path).path().is_none() || path.contains('#') {
            return Err(ConfigError::new(format!(
                "the login page {path:?} is not a path on this site: write a path, such as `.login_page(\"/login\")`"
            )));
        }
        Ok(Self { path })
    }

    /// Returns the `Location` for a browser that navigates, with the target as `return_to`.
    ///
    /// If the caller is already authenticated, it includes the reason and the required login.
    /// Returns `None` for other clients, and for requests for the login page itself.
    pub(super) fn instead_of(&self, request: &Parts, reason: Reason, needed: &Login) -> Option<HeaderValue> {
        let location = self.location(request, &navigates_to(request)?, reason, needed)?;
        HeaderValue::try_from(location).ok()
    }

    /// Returns the target of the link on the page of a 401, for a browser that is not redirected.
    /// Older browsers do not state that they navigate.
    pub(super) fn link(&self, request: &Parts, reason: Reason, needed: &Login) -> Option<String> {
        self.location(request, &returns_to(request), reason, needed)
    }

    fn location(
        &self,
        request: &Parts,
        return_to: &ReturnTo,
        reason: Reason,
        needed: &Login,
    ) -> Option<String> {
        let own = self.path.split('?').next();
        if own == Some(target(request).path()) {
            return None;
        }
        let mut location = self.path.clone();
        let mut add = |name: &str, value: &dyn Display| {
            let separator = if location.contains('?') { '&' } else { '?' };
            location.push_str(&format!("{separator}{name}={value}"));
        };
        if !reason.is_about_authentication() {
            add("reason", &reason.code());
        }
        if let Some(seconds) = needed.max_age {
            add("max_age", &seconds);
        }
        if !needed.acr_values.is_empty() {
            add("acr_values", &in_query(&needed.acr_values.join(" ")));
        }
        if return_to.path().is_some() {
            add("return_to", &return_to.encoded());
        }
        Some(location)
    }
}

impl<P: Principal> Gate<P> {
    /// Redirects a browser if a caller with a cookie needs a stronger or more recent login.
    pub(crate) fn with_step_up_redirect(&self, denial: Denial, request: &Parts) -> Denial {
        let is_cookie = |index| {
            self.inner.schemes.get(index).is_some_and(|entry: &Entry<P>| entry.ambient == Ambient::Cookie)
        };
        match &self.inner.login_page {
            Some(page)
                if denial.reason() == Reason::Forbidden(ForbiddenReason::Login)
                    && denial.scheme().is_some_and(is_cookie) =>
            {
                let location = page.instead_of(request, denial.reason(), &denial.login_needed());
                self.with_login_link(denial.with_login_redirect(location), request)
            }
            _ => denial,
        }
    }

    /// Adds the target of the request to the link on the page of a 401.
    #[cold]
    pub(super) fn with_login_link(&self, denial: Denial, request: &Parts) -> Denial {
        match &self.inner.login_page {
            Some(page) if denial.links_to_login() => {
                let link = page.link(request, denial.reason(), &denial.login_needed());
                denial.with_login_link(link)
            }
            _ => denial,
        }
    }
}
