//! The choice of a proxy for an address.

use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::fetch::is_loopback;

/// The proxies of an environment.
#[derive(Clone)]
pub(super) struct Proxies(Arc<Matcher>);

impl Proxies {
    pub(super) fn from_env() -> Self {
        Self::new(Matcher::from_env())
    }

    pub(super) fn none() -> Self {
        Self::new(Matcher::builder().build())
    }

    pub(super) fn new(matcher: Matcher) -> Self {
        Self(Arc::new(matcher))
    }

    /// Returns the proxy for the URI, or `None` if its server is reached directly.
    pub(super) fn of(&self, uri: &Uri) -> Option<Intercept> {
        // On another machine, a loopback address names another server.
        if uri.host().is_none_or(is_loopback) { None } else { self.0.intercept(uri) }
    }
}
