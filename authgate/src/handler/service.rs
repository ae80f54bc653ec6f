//! Services with a declaration.

use std::convert::Infallible;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::Location;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::Uri;
use http::uri::PathAndQuery;
use tower_service::Service;

use super::answering::HandlerResponse;
use super::declares::Admit;
use super::either::Either;
use crate::credentials::keep_target;
use crate::gate::Step;
use crate::proof::{Authenticated, Authorized, Remember};
use crate::right::{Right, RightOf, Site, arrived};

/// The callers that may reach a service, as the type argument of
/// `route_service::<role::Admin>(..)`.
///
/// It is a right, `Authorized<R, P>` if the right does not name its principal, or
/// `Authenticated<P>` for any authenticated caller. For callers of two gates, it is an
/// [`Either`].
///
/// # Examples
///
/// ```
/// use authgate::{Gate, Roles, Router};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
/// }
///
/// fn routes(files: axum::Router) -> Router<Gate<User>> {
///     Router::new().route_service::<role::Admin>("/files/{*path}", files)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare who may call this service",
    label = "not a right",
    note = "name a right such as `role::Admin`, or `Authenticated<User>` for any authenticated caller"
)]
pub trait Guard<S>: 'static {
    /// The declaration that a handler with the same rule has.
    type Declaration: Admit<S> + Send + 'static;
}

impl<R: Right + RightOf, S> Guard<S> for R
where
    Authorized<R>: Admit<S> + Send + 'static,
{
    type Declaration = Authorized<R>;
}

impl<P: 'static, S> Guard<S> for Authenticated<P>
where
    Self: Admit<S> + Send,
{
    type Declaration = Self;
}

impl<R: 'static, P: 'static, S> Guard<S> for Authorized<R, P>
where
    Self: Admit<S> + Send,
{
    type Declaration = Self;
}

impl<L: 'static, R: 'static, S> Guard<S> for Either<L, R>
where
    Self: Admit<S> + Send,
{
    type Declaration = Self;
}

/// A service, adapted for an axum router.
pub(crate) struct GatedService<G, V> {
    service: V,
    /// The number of path segments in the prefix at which the service is nested.
    strip: usize,
    /// The source location at which the service is registered.
    route: &'static Location<'static>,
    guard: PhantomData<fn() -> G>,
}

impl<G, V> GatedService<G, V> {
    #[track_caller]
    pub(crate) const fn new(service: V, strip: usize) -> Self {
        Self { service, strip, route: Location::caller(), guard: PhantomData }
    }
}

impl<G, V: Clone> Clone for GatedService<G, V> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), strip: self.strip, route: self.route, guard: PhantomData }
    }
}

impl<G, V, S> Handler<(Self,), S> for GatedService<G, V>
where
    G: Admit<S> + Send + 'static,
    V: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    V::Response: IntoResponse,
    V::Future: Send + 'static,
    S: Send + Sync + 'static,
{
    type Future = HandlerResponse;

    fn call(mut self, request: Request, state: S) -> HandlerResponse {
        HandlerResponse::pending(async move {
            let (mut parts, body) = request.into_parts();
            if arrived(G::DECLARATION, &mut parts.extensions, self.route) {
                return Response::default();
            }
            let site = Some(Site(self.route));
            let declared = match G::begin(&mut parts, &state, site, Remember::Costly(|| false)) {
                Step::Done(declared) => declared,
                Step::Wait(waiting) => G::finish(waiting, &mut parts, &state, site).await,
            };
            match declared {
                Ok(declared) => declared.leave_caller(&mut parts),
                Err(denial) => return denial.into_response(),
            }
            if self.strip > 0 {
                // The service may be an application with a gate, which needs the original target.
                keep_target(&parts.uri, &mut parts.extensions);
                parts.uri = without_prefix(&parts.uri, self.strip);
            }
            if let Err(never) = poll_fn(|context| self.service.poll_ready(context)).await {
                match never {}
            }
            let response: Result<_, Infallible> = self.service.call(Request::from_parts(parts, body)).await;
            let Ok(response) = response;
            let response: Response = response.into_response();
            response
        })
    }
}

/// Removes the first `segments` segments from the path. The rest stays byte for byte the same:
/// `/files/a%2Fb`, 1 -> `/a%2Fb`.
fn without_prefix(uri: &Uri, segments: usize) -> Uri {
    let path = uri.path();
    let rest =
        path.match_indices('/').nth(segments).map_or("/", |(start, _)| path.get(start..).unwrap_or("/"));
    let mut parts = uri.clone().into_parts();
    let target = uri.query().map_or_else(|| rest.to_owned(), |query| format!("{rest}?{query}"));
    // A suffix of a valid path is valid, and so is the query.
    parts.path_and_query =
        PathAndQuery::try_from(target).ok().or_else(|| Some(PathAndQuery::from_static("/")));
    Uri::from_parts(parts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_prefix_by_number_of_segments() {
        for (uri, segments, expected) in [
            ("/files", 1, "/"),
            ("/files/", 1, "/"),
            ("/files/a%2Fb/c?d=/e", 1, "/a%2Fb/c?d=/e"),
            ("/a/b/c", 2, "/c"),
            ("/a?x", 1, "/?x"),
            ("http://host/a/b", 1, "http://host/b"),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(without_prefix(&uri, segments), expected, "{uri}");
        }
    }
}
