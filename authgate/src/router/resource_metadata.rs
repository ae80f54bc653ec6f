//! The metadata of protected resources (RFC 9728), completed from the routes of the router.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse as _;
use axum::routing::{MethodFilter, on};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE,
};
use http::{Method, StatusCode};

use super::Router;
use crate::oauth::AccessTokens;
use crate::scheme::bearer::IsComplete;

impl<C: IsComplete + 'static> AccessTokens<C> {
    /// Returns the routes that serve the metadata of the resources, which need no token (RFC 9728
    /// section 3).
    ///
    /// `scopes_supported` lists the scopes that the routes below the path of a resource require. It
    /// is complete once [`Router::with_state`] is called, so merge these routes into the outermost
    /// router. The metadata of a resource is below `/.well-known`, and not below the path of the
    /// resource. Scripts of all origins may read it.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oauth::{AccessTokens, ProtectedResource};
    /// use authgate::scheme::{Bearer, Issuer};
    /// use authgate::{Authenticated, Gate, Router, routing::post};
    ///
    /// #[derive(authgate::Principal, serde::Deserialize)]
    /// struct User {
    ///     #[principal(id)]
    ///     sub: String,
    /// }
    ///
    /// async fn tools(user: Authenticated<User>) -> String {
    ///     user.sub.clone()
    /// }
    ///
    /// # fn app() -> Result<axum::Router, authgate::ConfigError> {
    /// let tokens = AccessTokens::from(Issuer::discover("https://id.example"))
    ///     .resource(ProtectedResource::at("https://api.example/mcp"));
    /// let gate = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build()?;
    /// // GET /.well-known/oauth-protected-resource/mcp
    /// let app = Router::new().route("/mcp", post(tools)).merge(tokens.metadata()).with_state(gate);
    /// # Ok(app) }
    /// ```
    #[track_caller]
    pub fn metadata<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let mut router = Router::new();
        for (path, resource) in self.resources_by_path() {
            let tokens = self.clone();
            let shown = resource.clone();
            let answer = move |request: Request| {
                let body = match *request.method() {
                    Method::OPTIONS => String::new(),
                    _ => tokens.document_of(&shown),
                };
                async move {
                    let status = if body.is_empty() { StatusCode::NO_CONTENT } else { StatusCode::OK };
                    let fields = [
                        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
                        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
                        (ACCESS_CONTROL_ALLOW_HEADERS, "*"),
                        (CONTENT_TYPE, "application/json"),
                    ];
                    (status, fields, body).into_response()
                }
            };
            let methods = MethodFilter::GET.or(MethodFilter::OPTIONS);
            let plain = axum::Router::new().route(&path, on(methods, answer));
            router = router.ungated_at([path.as_str()], "metadata of a protected resource (RFC 9728)", plain);
            router.readers.push(Arc::new(move |table| resource.note_scopes(table)));
        }
        router
    }
}
