//! Routers made of routers.

use super::parts::Declared;
use super::{Router, RouterError};
use crate::credentials::KeepTarget;
use crate::router::{Kind, Route};

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Adds another router's routes under a path.
    ///
    /// A nested router without a fallback has this one's; one with a fallback answers with it for the path itself and
    /// what is below it, such as `/f` and `/f/zz` -- but not for `/f/`, which is this router's. Fallbacks of routers
    /// that are nested in the nested one count only where that has one itself.
    ///
    /// # Panics
    ///
    /// The path is the root, or has a wildcard; both have a fallback there; or, as axum's, it overlaps with another.
    #[track_caller]
    pub fn nest<R: Declared<S>>(self, path: &str, router: R) -> Self {
        match self.try_nest(path, router.into_declared()) {
            Ok(router) => router,
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            Err(error) => panic!("{error}"),
        }
    }

    /// [`nest`](Self::nest), for routers that are put together from a configuration.
    ///
    /// # Errors
    ///
    /// The path is the root, or has a wildcard; or both have a fallback there.
    ///
    /// # Panics
    ///
    /// As axum's: the path overlaps with another.
    #[track_caller]
    pub fn try_nest(mut self, path: &str, router: Self) -> Result<Self, RouterError> {
        check_prefix(path)?;
        // As axum nests them: without a fallback of its own, a router leaves those that are nested in it behind.
        let with_fallbacks = router.fallback_name().is_some();
        let reached = |route: &Route| with_fallbacks || route.kind != Kind::Fallback;
        let routes = router.routes.into_iter().filter(reached).map(|route| route.under(path)).collect();
        self.add(routes)?;
        self.checks.extend(router.checks);
        let nested = axum::Router::new().nest(path, router.inner).layer(KeepTarget);
        Ok(Self { inner: self.inner.merge(nested), ..self })
    }

    /// Adds another router's routes, and its fallback if it has one.
    ///
    /// # Panics
    ///
    /// Both have a fallback; or, as axum's, routes overlap.
    #[track_caller]
    pub fn merge<R: Declared<S>>(self, other: R) -> Self {
        match self.try_merge(other.into_declared()) {
            Ok(router) => router,
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            Err(error) => panic!("{error}"),
        }
    }

    /// [`merge`](Self::merge), for routers that are put together from a configuration.
    ///
    /// # Errors
    ///
    /// Both have a fallback.
    ///
    /// # Panics
    ///
    /// As axum's: routes overlap.
    #[track_caller]
    pub fn try_merge(mut self, other: Self) -> Result<Self, RouterError> {
        self.add(other.routes)?;
        self.checks.extend(other.checks);
        Ok(Self { inner: self.inner.merge(other.inner), ..self })
    }

    /// Adds entries to the table, of which none may be a second answer to what nothing else takes.
    pub(super) fn add(&mut self, routes: Vec<Route>) -> Result<(), RouterError> {
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

    /// # Panics
    ///
    /// One is a second answer.
    #[track_caller]
    pub(super) fn must_add(&mut self, routes: Vec<Route>) {
        if let Err(error) = self.add(routes) {
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            {
                panic!("{error}");
            }
        }
    }

    /// The handler for paths that no route matches, anywhere.
    fn fallback_name(&self) -> Option<&'static str> {
        let own = |route: &&Route| route.kind == Kind::Fallback && route.path.is_empty();
        self.routes.iter().find(own).map(Route::handler)
    }
}

pub(super) fn check_prefix(path: &str) -> Result<(), RouterError> {
    let nestable = path.len() > 1 && path.starts_with('/') && !path.contains("{*");
    if nestable { Ok(()) } else { Err(RouterError::Prefix { path: path.to_owned() }) }
}

impl Route {
    /// Which line of the table is its own, where it answers what nothing else does: in axum, two of these may be beside each
    /// other, and of one line the table could not say who may call.
    fn place(&self) -> Option<(&'static str, &str, bool)> {
        let path = self.path.as_str();
        let below = match path.rsplit_once("/{*") {
            Some((above, _)) if path.ends_with('}') => Some(above),
            _ => None,
        };
        match self.kind {
            Kind::Route | Kind::MethodNotAllowed => None,
            Kind::OtherMethods => Some((self.method, below.unwrap_or(path), below.is_some())),
            Kind::Fallback | Kind::Prefix => Some((self.method, path.trim_end_matches('/'), true)),
        }
    }

    /// The entry as it is when its router is nested under a path.
    fn under(self, prefix: &str) -> Self {
        // As axum joins them: the root of what is nested is the prefix itself.
        let path = match self.path.as_str() {
            "/" | "" => prefix.to_owned(),
            path => format!("{}{path}", prefix.trim_end_matches('/')),
        };
        Self { path, ..self }
    }
}
