//! Plain axum routers that authgate does not inspect.

use std::any::type_name;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::compose::check_prefix;
use super::error::must;
use super::routes::Routes;
use super::{Entry, Router};
use crate::access::Kind;
use crate::credentials::KeepTarget;
use crate::right::Declaration;
use crate::test_hooks::{Hooks, RouteHooks as _};

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Adds a plain `axum::Router` under a path, for a stated reason:
    /// `ungated("/static", "static assets", ..)`. authgate checks nothing in this router. As in
    /// axum, it answers `/static` and `/static/app.css`, but not `/static/`.
    ///
    /// The access table has one entry for the whole router, because axum cannot list its routes.
    ///
    /// # Panics
    ///
    /// Panics if the reason is blank, or if the path is the root or has a wildcard. Panics if
    /// another handler or ungated router answers all paths below. Panics, as in axum, if the path
    /// overlaps with another path.
    #[track_caller]
    pub fn ungated(mut self, path: &str, reason: &'static str, router: axum::Router<S>) -> Self {
        must(check_prefix(path));
        check_reason(path, reason);
        must(self.routes.add(entry(Kind::Prefix, path, reason)));
        let nested = axum::Router::new().nest(path, router).layer(KeepTarget);
        Self { inner: self.inner.merge(nested), ..self }
    }

    /// Adds a plain `axum::Router` whose routes have full paths, for a stated reason. authgate
    /// checks nothing in it. Use it for routers of other crates that expect the whole path, such as
    /// an API documentation, a gRPC server or server-rendered pages. For a router below a prefix,
    /// use [`ungated`](Self::ungated).
    ///
    /// ```
    /// use authgate::Router;
    /// use axum::routing::get;
    ///
    /// /// The routes of another crate.
    /// fn swagger<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    ///     axum::Router::new()
    ///         .route("/swagger-ui/", get(async || "page"))
    ///         .route("/swagger-ui/{*file}", get(async || "file"))
    /// }
    ///
    /// fn routes() -> Router {
    ///     Router::new().ungated_at(["/swagger-ui/", "/swagger-ui/{*rest}"], "API documentation", swagger())
    /// }
    /// ```
    ///
    /// A named wildcard covers every route of `router` that it matches, also one that is more
    /// specific than a declared route with a parameter: `/reports/export` beside `/reports/{id}`.
    /// Name the paths as exactly as possible. Layers around this router must not change the path of
    /// the request.
    ///
    /// The access table has one entry for each path of `paths`. A route of `router` that none of
    /// them matches responds with 404, so that no route is public by accident. The fallback of
    /// `router` is not used.
    ///
    /// # Panics
    ///
    /// Panics if the reason is blank, if there are no paths, or if a path is invalid. Panics if
    /// another handler or ungated router answers all paths of a wildcard. Panics, as in axum, if a
    /// route overlaps with another route.
    #[track_caller]
    pub fn ungated_at<'a>(
        mut self,
        paths: impl IntoIterator<Item = &'a str>,
        reason: &'static str,
        router: axum::Router<S>,
    ) -> Self {
        let mut allowed = matchit::Router::new();
        let mut is_empty = true;
        for path in paths {
            check_reason(path, reason);
            assert!(path.starts_with('/'), "the path {path:?} of `ungated_at` must start with a slash");
            let is_old_syntax = path.split('/').any(|segment| segment.starts_with([':', '*']));
            assert!(
                !is_old_syntax,
                "the path {path:?} of `ungated_at` is invalid: write `{{id}}` and `{{*rest}}`"
            );
            let inserted = allowed.insert(path, ());
            must(inserted.map_err(|error| format!("the path {path:?} of `ungated_at` is invalid: {error}")));
            must(self.routes.add(entry(Kind::OtherMethods, path, reason)));
            is_empty = false;
        }
        assert!(!is_empty, "`ungated_at` has no paths: name those that are public");
        let allowed = Arc::new(allowed);
        let only_allowed = from_fn(move |request: Request, next: Next| {
            let is_allowed = allowed.at(request.uri().path()).is_ok();
            async move { if is_allowed { next.run(request).await } else { not_found() } }
        });
        let router = router.reset_fallback().layer(only_allowed).layer(KeepTarget);
        Self { inner: self.inner.merge(router), ..self }
    }
}

/// The response of axum for an unknown path.
fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

#[track_caller]
fn check_reason(path: &str, reason: &str) {
    assert!(
        !authgate_access::const_text::is_blank(reason),
        "the reason of `ungated` under {path:?} is blank: state one, `ungated({path:?}, \"static assets\", ..)`"
    );
}

#[track_caller]
fn entry<S: Clone + Send + Sync + 'static>(kind: Kind, path: &str, reason: &'static str) -> Routes<S> {
    let entry = Entry::any_method(
        kind,
        path,
        Declaration::Ungated { reason },
        type_name::<axum::Router<S>>(),
        Hooks::route_gate(|_| None),
        |_| Ok(()),
    );
    Routes::one(entry, |_| Ok(()))
}
