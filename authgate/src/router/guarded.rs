//! Services behind a right.

use std::any::type_name;
use std::convert::Infallible;

use axum::extract::Request;
use axum::response::IntoResponse;
use tower_service::Service;

use super::compose::check_prefix;
use super::error::must;
use super::routes::Routes;
use super::{Entry, Router};
use crate::access::Kind;
use crate::handler::{Access, Admit, GatedService, Guard};
use crate::test_hooks::{Hooks, RouteHooks as _};

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Adds a service at a path, for all methods, behind a right:
    /// `route_service::<role::Admin>("/files/{*path}", ..)`. [`Guard`] lists the types that are
    /// accepted as the right. The service finds the caller in the extensions of the request:
    /// [`Caller`](crate::Caller).
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the path is invalid or overlaps with another path.
    #[track_caller]
    pub fn route_service<Right>(
        mut self,
        path: &str,
        service: impl Service<
            Request,
            Response = impl IntoResponse,
            Error = Infallible,
            Future = impl Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static,
    ) -> Self
    where
        // The compiler prints the line if the right is missing.
        Right: Guard<S>, // route_service::<role::Admin>(..), or for all callers: ungated(..)
    {
        const { Right::Declaration::DECLARATION.must_be_sound() };
        must(self.routes.add(entry::<S, Right>(Kind::OtherMethods, path, name_of(&service))));
        let gated = GatedService::<Right::Declaration, _>::new(service, 0);
        Self { inner: self.inner.route(path, axum::routing::any(gated)), ..self }
    }

    /// Adds a service under a path, for all methods and all paths below, behind a right. The
    /// service receives the target without the path. [`Guard`] lists the types that are accepted as
    /// the right.
    ///
    /// # Panics
    ///
    /// Panics if the path is the root or has a wildcard, or if another handler answers all paths
    /// below. Panics, as in axum, if the path overlaps with another path.
    #[track_caller]
    pub fn nest_service<Right>(
        mut self,
        path: &str,
        service: impl Service<
            Request,
            Response = impl IntoResponse,
            Error = Infallible,
            Future = impl Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static,
    ) -> Self
    where
        Right: Guard<S>, // nest_service::<role::Admin>(..), or for all callers: ungated(..)
    {
        const { Right::Declaration::DECLARATION.must_be_sound() };
        must(check_prefix(path));
        must(self.routes.add(entry::<S, Right>(Kind::Prefix, path, name_of(&service))));
        let bare = path.trim_end_matches('/');
        let gated = axum::routing::any(GatedService::<Right::Declaration, _>::new(
            service,
            bare.matches('/').count(),
        ));
        let mut inner = self.inner;
        // As axum nests a service: the path itself, with a slash, and with a suffix.
        if bare == path {
            inner = inner.route(path, gated.clone());
        }
        inner = inner.route(&format!("{bare}/"), gated.clone()).route(&format!("{bare}/{{*rest}}"), gated);
        Self { inner, ..self }
    }
}

#[track_caller]
fn entry<S: 'static, G: Guard<S>>(kind: Kind, path: &str, handler: &'static str) -> Routes<S> {
    let entry = Entry::any_method(
        kind,
        path,
        G::Declaration::DECLARATION,
        handler,
        Hooks::route_gate(|state| state.downcast_ref::<S>().and_then(G::Declaration::gate)),
        G::Declaration::check_path,
    );
    Routes::one(entry, G::Declaration::check)
}

fn name_of<V>(_: &V) -> &'static str {
    type_name::<V>()
}
