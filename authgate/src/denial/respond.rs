//! The response to a denied request.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY,
    WWW_AUTHENTICATE,
};

use super::body::Marks;
use super::client::Client;
use super::decided::Decided;
use super::prepared::Prepared;
use super::ready::{CachedResponse, Kind};
use super::{BodyFormat, Challenge, CustomBody, DecisionId};
use crate::guard::caught;
use crate::right::{AcceptedSchemes, Context, Evaluated, ForbiddenReason, Principal, Reason, Rule, Site};
use crate::secret::debug_only;
use crate::test_hooks::{Hooks, RequestHooks as _};

/// The response to a request that is not authenticated or not authorized.
///
/// Return it from a handler, or use `?`. The crate documentation has a table of the responses. The
/// application may change their appearance
/// ([`GateBuilder::render`](crate::gate::GateBuilder::render)), but not their meaning.
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, Denial, Roles};
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
/// async fn purge(user: Authenticated<User>) -> Result<String, Denial> {
///     let admin = user.authorize::<role::Admin>()?;
///     Ok(format!("purged by {}", admin.sub))
/// }
/// ```
#[must_use = "a denial has no effect unless it is returned"]
pub struct Denial {
    pub(super) reason: Reason,
    /// The index of the scheme that the caller tried or was authenticated by.
    pub(super) attempted: Option<usize>,
    pub(super) client: Client,
    pub(super) right: Option<&'static Rule>,
    pub(super) accepted: AcceptedSchemes,
    pub(super) extra: Option<Box<Extra>>,
    pub(super) prepared: Arc<Prepared>,
}

/// Data that few denials have.
#[derive(Default)]
pub(super) struct Extra {
    /// Challenges generated for this response, each with the index of its scheme.
    pub(super) fresh: Vec<(usize, HeaderValue)>,
    /// Fields that schemes generated for this response.
    pub(super) fields: Vec<(HeaderName, HeaderValue)>,
    /// The `Location` of the login page.
    pub(super) login_page: Option<HeaderValue>,
    /// The target of the link to the login page, if the body is a page.
    pub(super) login_link: Option<String>,
    /// Present if the caller is authenticated.
    pub(super) decision: Option<Decided>,
    /// The reason that a 404 conceals.
    pub(super) concealed: Option<Reason>,
    /// The source location that registers the route.
    pub(super) route: Option<Site>,
    /// The denial of another gate, whose callers the route allows as well.
    pub(super) beside: Option<Box<Denial>>,
    /// The rule of the route, whose scopes the challenges for a resource state.
    #[cfg(feature = "oauth")]
    pub(super) rule_of_route: Option<&'static Rule>,
}

impl Denial {
    pub(crate) fn new(reason: Reason, client: Client, prepared: &Arc<Prepared>) -> Self {
        let prepared = Arc::clone(prepared);
        Self {
            reason,
            attempted: None,
            client,
            right: None,
            accepted: AcceptedSchemes::ALL,
            extra: None,
            prepared,
        }
    }

    pub(crate) const fn attempted(mut self, scheme: usize) -> Self {
        self.attempted = Some(scheme);
        self
    }

    pub(crate) const fn right(mut self, right: &'static Rule) -> Self {
        self.right = Some(right);
        self
    }

    /// Restricts the challenges to the schemes that the route accepts.
    pub(crate) const fn accepting(mut self, accepted: AcceptedSchemes) -> Self {
        self.accepted = accepted;
        self
    }

    /// Adds challenges that a scheme generated for this response.
    ///
    /// Drops malformed ones, which clients could read as another scheme's challenge. If none is
    /// left, the challenge that was checked when the gate was built is sent.
    pub(crate) fn with_fresh(mut self, scheme: usize, challenges: &[Challenge]) -> Self {
        let mut good = challenges.iter().filter(|challenge| challenge.is_well_formed()).peekable();
        if good.peek().is_some() {
            let values = good.map(|challenge| (scheme, challenge.to_value()));
            self.extra.get_or_insert_default().fresh.extend(values);
        }
        if challenges.iter().any(|challenge| !challenge.is_well_formed()) {
            tracing::error!(target: "authgate::gate", "cannot send a challenge of a scheme: its names must be tokens");
        }
        self
    }

    /// Adds fields that a scheme generated for this response.
    pub(crate) fn with_fields(mut self, fields: Vec<(HeaderName, HeaderValue)>) -> Self {
        if !fields.is_empty() {
            self.extra.get_or_insert_default().fields.extend(fields);
        }
        self
    }

    /// Redirects the browser to the login page.
    pub(crate) fn with_login_redirect(mut self, location: Option<HeaderValue>) -> Self {
        if location.is_some() {
            self.extra.get_or_insert_default().login_page = location;
        }
        self
    }

    /// Sets the target of the link to the login page, in place of its plain path.
    pub(crate) fn with_login_link(mut self, link: Option<String>) -> Self {
        if link.is_some() {
            self.extra.get_or_insert_default().login_link = link;
        }
        self
    }

    /// Returns `true` if the body is a page with a link to the login page.
    pub(crate) fn links_to_login(&self) -> bool {
        self.login_page().is_none() && self.reason.can_sign_in() && self.form() == BodyFormat::Page
    }

    /// Records the decision and the principal of an authenticated caller.
    pub(crate) fn decided<P: Principal>(
        mut self,
        why: Option<Evaluated>,
        principal: &P,
        context: &Context,
    ) -> Self {
        let decided = Decided::new(why, principal, context, self.prepared.is_observed());
        self.extra.get_or_insert_default().decision = Some(decided);
        self
    }

    /// Reports the right as part of a larger one, whose other part already held.
    pub(crate) fn within(mut self, whole: &'static Rule, held: &'static Rule) -> Self {
        self.right = Some(whole);
        if let Some(decided) = self.extra.as_mut().and_then(|extra| extra.decision.as_mut()) {
            decided.why = decided.why.take().map(|part| part.within(whole, held));
        }
        self
    }

    /// Records the source location of the route.
    pub(crate) fn at(mut self, route: Option<Site>) -> Self {
        // Not for anonymous callers, who may be many.
        if route.is_some() && !self.reason.is_about_authentication() {
            self.extra.get_or_insert_default().route = route;
        }
        self
    }

    /// Responds with 404 instead of 403, byte for byte identical to the response for a missing
    /// resource.
    ///
    /// This also replaces the 401 that requests another login. Other denials do not change.
    pub fn concealed(mut self) -> Self {
        if self.reason.is_refusal() {
            let extra = self.extra.get_or_insert_default();
            extra.concealed = Some(self.reason);
            extra.login_page = None;
            extra.login_link = None;
            self.reason = Reason::NotFound;
        }
        self
    }

    /// Returns the index of the scheme that the caller tried or was authenticated by.
    pub(crate) const fn scheme(&self) -> Option<usize> {
        self.attempted
    }

    /// Returns the reason for the operator: the concealed one of a 404.
    pub(super) fn real_reason(&self) -> Reason {
        self.extra.as_ref().and_then(|extra| extra.concealed).unwrap_or(self.reason)
    }

    pub(super) fn decision(&self) -> Option<&Decided> {
        self.extra.as_ref()?.decision.as_ref()
    }

    /// Returns the decision if it may affect the response. A 404 must not depend on it, even in a
    /// custom body, so that a concealed resource looks like a missing one.
    fn shown_decision(&self) -> Option<&Decided> {
        self.decision().filter(|_| self.reason != Reason::NotFound)
    }

    /// Returns the id that links this denial to its event in the log, which has it in the field
    /// `decision`. The body contains it.
    ///
    /// `None` if the caller is not authenticated, and on a 404, which must reveal nothing.
    #[must_use]
    pub fn decision_id(&self) -> Option<DecisionId> {
        self.shown_decision().map(|decided| decided.id)
    }

    /// Returns the evaluation of the required right, part by part. It is for operators and never
    /// sent to clients.
    ///
    /// `None` on a 404.
    #[must_use]
    pub fn evaluated(&self) -> Option<&Evaluated> {
        self.shown_decision()?.why.as_ref()
    }

    pub(super) fn fresh(&self, scheme: usize) -> impl Iterator<Item = &HeaderValue> {
        let fresh = self.extra.iter().flat_map(|extra| &extra.fresh);
        fresh.filter(move |(of, _)| *of == scheme).map(|(_, value)| value)
    }

    /// Returns the `Location` for a browser that is redirected to the
    /// [`login_page`](crate::gate::GateBuilder::login_page) instead of a 401. It contains the
    /// target to return to.
    #[must_use]
    pub fn login_page(&self) -> Option<&HeaderValue> {
        self.extra.as_ref()?.login_page.as_ref()
    }

    /// Returns the link to the login page for the body of a page: the path with the target to
    /// return to and the required login.
    ///
    /// `None` if signing in does not help, if the client does not ask for a page, and without a
    /// [`login_page`](crate::gate::GateBuilder::login_page).
    #[must_use]
    pub fn login_link(&self) -> Option<&str> {
        if !self.links_to_login() {
            return None;
        }
        let link = self.extra.as_ref().and_then(|extra| extra.login_link.as_deref());
        link.or(self.prepared.page.login_page.as_deref())
    }

    /// Returns the reason.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.login_page().is_some() { StatusCode::SEE_OTHER } else { status_of(self.reason) }
    }

    /// Returns the body format that the client prefers.
    #[must_use]
    pub fn form(&self) -> BodyFormat {
        self.client.form()
    }

    /// Returns the languages that the client prefers: the value of `Accept-Language` (RFC 9110
    /// section 12.5.4), with its lines joined.
    ///
    /// Always `None` if the gate has no [`render`](crate::gate::GateBuilder::render) hook.
    #[must_use]
    pub fn accept_language(&self) -> Option<&str> {
        self.client.languages()
    }

    /// Runs the application's rendering hook. A panic counts as `None`.
    fn rendered(&self) -> Option<CustomBody> {
        let render = self.prepared.render.as_ref()?;
        caught(|| render(self)).flatten()
    }

    /// Returns the body content in addition to the reason.
    fn marks(&self) -> Marks {
        let login_link = self.extra.as_ref().and_then(|extra| extra.login_link.clone());
        Marks { decision: self.decision_id(), missing: self.revealed_missing(), login_link }
    }

    /// Returns the missing rights that the response reveals, in the notation of the access table.
    fn revealed_missing(&self) -> Vec<String> {
        let is_told = self.prepared.tells_missing && self.reason.status() == StatusCode::FORBIDDEN;
        let missing = self.evaluated().filter(|_| is_told).map(Evaluated::missing).unwrap_or_default();
        missing.iter().map(|part| part.expression().to_string()).collect()
    }

    /// Returns the body, and the headers that describe it.
    fn content(&self) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::with_capacity(6);
        if self.login_page().is_some() {
            return (headers, Bytes::new());
        }
        if let Some((content_type, body, mut headers)) = self.rendered().map(CustomBody::into_parts) {
            headers.insert(CONTENT_TYPE, content_type);
            return (headers, body);
        }
        let form = self.form();
        headers.insert(CONTENT_TYPE, form.content_type());
        (headers, self.prepared.body(self.reason, form, &self.marks()))
    }

    /// Builds the response.
    fn written(&self) -> Response<Bytes> {
        let (mut headers, body) = self.content();
        self.each_challenge(|challenge| {
            headers.append(WWW_AUTHENTICATE, challenge);
        });
        for denial in [Some(self), self.other()].into_iter().flatten() {
            for (name, value) in denial.extra.iter().flat_map(|extra| &extra.fields) {
                // Gates that share a nonce key send the same nonce.
                if headers.get_all(name).iter().all(|other| other != value) {
                    headers.append(name, value.clone());
                }
            }
        }
        if let Some(page) = self.login_page() {
            headers.insert(LOCATION, page.clone());
        }
        headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
        headers.insert(VARY, self.prepared.vary.clone());
        if let Some(other) = self.other() {
            headers.append(VARY, other.prepared.vary.clone());
        }
        if let Some(seconds) = self.reason.retry_after() {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        let mut response = Response::new(body);
        *response.status_mut() = self.status();
        *response.headers_mut() = headers;
        response
    }

    #[cfg(not(feature = "oauth"))]
    const fn names_a_resource(&self) -> bool {
        false
    }

    /// Returns the key of the prepared response, if denials of this kind differ only in the
    /// decision id.
    fn kind(&self) -> Option<Kind> {
        let Prepared { render: None, tells_missing, .. } = &*self.prepared else {
            return None;
        };
        let decided = self.decision_id().is_some();
        // The challenge states the resource, or the required login or scope.
        let states_more = self.client.is_script()
            || self.names_a_resource()
            || matches!(self.reason, Reason::Forbidden(ForbiddenReason::Login | ForbiddenReason::Scope));
        let is_alike = self.accepted.is_all()
            && !states_more
            && !(*tells_missing && decided)
            && self.extra.as_ref().is_none_or(|extra| {
                extra.fresh.is_empty()
                    && extra.fields.is_empty()
                    && extra.login_page.is_none()
                    && extra.login_link.is_none()
                    && extra.beside.is_none()
            });
        is_alike.then(|| Kind { reason: self.reason, form: self.form(), decided, attempted: self.attempted })
    }
}

fn status_of(reason: Reason) -> StatusCode {
    StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Denial {
    fn into_response(self) -> Response {
        let mut response = match self.kind().and_then(|kind| self.prepared.shelf.place(kind)) {
            Some(place) => {
                let id = self.decision_id();
                place.get_or_init(|| Box::new(CachedResponse::new(self.written(), id))).to_response(id)
            }
            None => self.written().map(Body::from),
        };
        // The rest of the body would be read as the next request (RFC 9112 section 9.6).
        if self.client.leaves_body {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if self.client.speaks_grpc {
            *response.body_mut() = Body::empty();
            response.headers_mut().remove(CONTENT_TYPE);
        }
        Hooks::denied(response.extensions_mut(), self.reason, self.real_reason());
        response
    }
}

/// Formats the status, the code and the sentence of the reason.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.status(), self.reason, self.reason.detail())
    }
}

debug_only!([] Denial { reason, right });

impl std::error::Error for Denial {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_equal_canonical_reason_phrases() {
        for reason in Reason::ALL {
            assert_eq!(status_of(reason).canonical_reason(), Some(reason.title()), "{reason}");
        }
    }

    /// Most functions return it as their error.
    #[test]
    fn denial_is_smaller_than_128_bytes() {
        assert!(size_of::<Denial>() < 128, "{}", size_of::<Denial>());
    }
}
