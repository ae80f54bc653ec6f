//! Nests and merges routers.

use super::error::must;
use super::parts::Declared;
use super::{Entry, Router, RouterError};
use crate::access::Kind;
use crate::credentials::KeepTarget;

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Adds the routes of another router under a path.
    ///
    /// A nested router without a fallback uses the fallback of this router. With a fallback, it
    /// answers the path itself and the paths below, such as `/f` and `/f/zz`. It does not answer
    /// `/f/`, which belongs to this router. The fallbacks of routers inside the nested one apply
    /// only if the nested one has a fallback too.
    ///
    /// # Panics
    ///
    /// Panics if the path is the root or has a wildcard, or if both routers have a fallback there.
    /// Panics, as in axum, if the path overlaps with another path.
    #[track_caller]
    pub fn nest<R: Declared<S>>(self, path: &str, router: R) -> Self {
        must(self.try_nest(path, router.into_declared()))
    }

    /// Like [`nest`](Self::nest), for routers that are composed from a configuration.
    ///
    /// # Errors
    ///
    /// Returns [`RouterError`] if the path is the root or has a wildcard, or if both routers have a
    /// fallback there.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the path overlaps with another path.
    #[track_caller]
    pub fn try_nest(mut self, path: &str, mut router: Self) -> Result<Self, RouterError> {
        check_prefix(path)?;
        // As in axum: a router without a fallback drops the fallbacks of routers that are nested in
        // it.
        let own = |route: &Entry| route.kind == Kind::Fallback && route.path.is_empty();
        let with_fallbacks = router.routes.iter().any(own);
        router.routes.retain(|route| with_fallbacks || route.kind != Kind::Fallback);
        self.routes.add(router.routes.map(|route| route.under(path)))?;
        self.readers.extend(router.readers);
        let nested = axum::Router::new().nest(path, router.inner).layer(KeepTarget);
        Ok(Self { inner: self.inner.merge(nested), ..self })
    }

    /// Adds the routes of another router, and its fallback if it has one.
    ///
    /// # Panics
    ///
    /// Panics if both routers have a fallback. Panics, as in axum, if routes overlap.
    #[track_caller]
    pub fn merge<R: Declared<S>>(self, other: R) -> Self {
        must(self.try_merge(other.into_declared()))
    }

    /// Like [`merge`](Self::merge), for routers that are composed from a configuration.
    ///
    /// # Errors
    ///
    /// Returns [`RouterError`] if both routers have a fallback.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if routes overlap.
    #[track_caller]
    pub fn try_merge(mut self, other: Self) -> Result<Self, RouterError> {
        self.routes.add(other.routes)?;
        self.readers.extend(other.readers);
        Ok(Self { inner: self.inner.merge(other.inner), ..self })
    }
}

pub(super) fn check_prefix(path: &str) -> Result<(), RouterError> {
    let nestable = path.len() > 1 && path.starts_with('/') && !path.contains("{*");
    if nestable { Ok(()) } else { Err(RouterError::Prefix { path: path.to_owned() }) }
}

impl Entry {
    /// Returns the entry with its router nested under a path.
    fn under(self, prefix: &str) -> Self {
        // As in axum: the root of the nested router is the prefix itself.
        let path = match self.path.as_str() {
            "/" | "" => prefix.to_owned(),
            path => format!("{}{path}", prefix.trim_end_matches('/')),
        };
        self.at(path)
    }
}
