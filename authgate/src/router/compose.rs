//! Nests and merges routers.

use super::Entry;
use super::parts::Declared;
use super::{Router, RouterError};
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
        match self.try_nest(path, router.into_declared()) {
            Ok(router) => router,
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            Err(error) => panic!("{error}"),
        }
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
    pub fn try_nest(mut self, path: &str, router: Self) -> Result<Self, RouterError> {
        check_prefix(path)?;
        // As in axum: a router without a fallback drops the fallbacks of routers that are nested in
        // it.
        let with_fallbacks = router.fallback_name().is_some();
        let reached = |route: &Entry| with_fallbacks || route.kind != Kind::Fallback;
        let routes = router.routes.into_iter().filter(reached).map(|route| route.under(path)).collect();
        self.add(routes)?;
        self.checks.extend(router.checks);
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
        match self.try_merge(other.into_declared()) {
            Ok(router) => router,
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            Err(error) => panic!("{error}"),
        }
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
        self.add(other.routes)?;
        self.checks.extend(other.checks);
        Ok(Self { inner: self.inner.merge(other.inner), ..self })
    }

    /// Adds entries to the table. Rejects a second entry for requests that nothing else matches.
    pub(super) fn add(&mut self, routes: Vec<Entry>) -> Result<(), RouterError> {
        for new in &routes {
            let Some(place) = new.place() else { continue };
            let Some(known) = self.routes.iter().find(|known| known.place() == Some(place)) else { continue };
            return Err(if known.kind == new.kind && new.kind != Kind::Prefix {
                RouterError::TwoFallbacks { handlers: [known.handler, new.handler] }
            } else {
                RouterError::TwoPrefixes { path: place.1.to_owned() }
            });
        }
        self.routes.extend(routes);
        Ok(())
    }

    /// Adds entries to the table.
    ///
    /// # Panics
    ///
    /// Panics if [`add`](Self::add) rejects an entry.
    #[track_caller]
    pub(super) fn must_add(&mut self, routes: Vec<Entry>) {
        if let Err(error) = self.add(routes) {
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            {
                panic!("{error}");
            }
        }
    }

    /// Returns the name of the handler for all paths that no route matches.
    fn fallback_name(&self) -> Option<&'static str> {
        let own = |route: &&Entry| route.kind == Kind::Fallback && route.path.is_empty();
        self.routes.iter().find(own).map(|route| route.handler())
    }
}

pub(super) fn check_prefix(path: &str) -> Result<(), RouterError> {
    let nestable = path.len() > 1 && path.starts_with('/') && !path.contains("{*");
    if nestable { Ok(()) } else { Err(RouterError::Prefix { path: path.to_owned() }) }
}

impl Entry {
    /// Returns a key that must be unique in the table. Only entries that answer requests that
    /// nothing else matches have a key. axum accepts two such entries side by side, but the table
    /// could then not show who may call the path.
    fn place(&self) -> Option<(&'static str, &str, bool)> {
        let path = self.path.as_str();
        let below = match path.rsplit_once("/{*") {
            Some((above, _)) if path.ends_with('}') => Some(above),
            _ => None,
        };
        match self.kind {
            Kind::OtherMethods => Some((self.method, below.unwrap_or(path), below.is_some())),
            Kind::Fallback | Kind::Prefix => Some((self.method, path.trim_end_matches('/'), true)),
            _ => None,
        }
    }

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
