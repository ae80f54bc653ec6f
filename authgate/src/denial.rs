//! What goes out when the answer is no: a reason, and from it the status, the challenges, the body and the caching.

mod accepted;
mod body;
mod challenge;
mod client;
mod decided;
mod event;
mod line;
mod negotiate;
mod prepared;
mod ready;
mod rendering;
mod wording;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, VARY,
    WWW_AUTHENTICATE,
};

use body::{Marks, Page};
pub use challenge::Challenge;
use client::NAVIGATION_FIELDS;
pub(crate) use client::{Client, Reads, navigates_to};
use decided::Decided;
pub use decided::DecisionId;
use line::Line;
pub use negotiate::Form;
pub(crate) use prepared::{Looks, Prepared, vary_by};
use ready::{Kind, Ready};
pub use rendering::Rendering;
pub use wording::{Languages, Wording};

use crate::right::{Context, Evaluated, Expression, Lack, Reason, Site, Taken};
use crate::test_hooks::{Hooks, RequestHooks as _};

/// The answer no.
///
/// It is a response: return it from a handler, or with `?`. What goes out is in the table of the crate's front page;
/// the application may change how it looks ([`GateBuilder::render`](crate::gate::GateBuilder::render)), but not what it
/// says.
#[must_use = "a denial that is not returned lets the request go on"]
pub struct Denial {
    reason: Reason,
    /// Which of the gate's schemes the caller tried, or was identified by.
    attempted: Option<usize>,
    client: Client,
    right: Option<&'static Expression>,
    taken: Taken,
    extra: Option<Box<Extra>>,
    prepared: Arc<Prepared>,
}

/// What few denials have.
#[derive(Default)]
struct Extra {
    /// Challenges that are different each time, with the scheme that they are of.
    fresh: Vec<(usize, HeaderValue)>,
    /// Where a browser is sent to sign in.
    login_page: Option<HeaderValue>,
    /// Of a caller who is known.
    decision: Option<Decided>,
    /// What is told as "there is nothing".
    concealed: Option<Reason>,
    /// Where the route is registered.
    route: Option<Site>,
}

impl Denial {
    pub(crate) fn new(reason: Reason, client: Client, prepared: &Arc<Prepared>) -> Self {
        let prepared = Arc::clone(prepared);
        Self { reason, attempted: None, client, right: None, taken: Taken::ALL, extra: None, prepared }
    }

    pub(crate) const fn attempted(mut self, scheme: usize) -> Self {
        self.attempted = Some(scheme);
        self
    }

    pub(crate) const fn right(mut self, right: &'static Expression) -> Self {
        self.right = Some(right);
        self
    }

    /// On a route that takes only some of the gate's schemes.
    pub(crate) const fn taking(mut self, taken: Taken) -> Self {
        self.taken = taken;
        self
    }

    /// With challenges of a scheme that are different each time. One that could not be read back would speak for another
    /// scheme, or hide it, and is left out; if none is left, the one that was checked when the gate was built goes out.
    pub(crate) fn with_fresh(mut self, scheme: usize, challenges: &[Challenge]) -> Self {
        let mut good = challenges.iter().filter(|challenge| challenge.is_well_formed()).peekable();
        if good.peek().is_some() {
            let values = good.map(|challenge| (scheme, challenge.to_value()));
            self.extra.get_or_insert_default().fresh.extend(values);
        }
        if challenges.iter().any(|challenge| !challenge.is_well_formed()) {
            tracing::error!(target: "authgate::gate", "a challenge of a scheme cannot be sent: its names must be tokens");
        }
        self
    }

    /// Sends the browser to this page to sign in.
    pub(crate) fn sent_to_sign_in(mut self, location: Option<HeaderValue>) -> Self {
        if location.is_some() {
            self.extra.get_or_insert_default().login_page = location;
        }
        self
    }

    /// Of a caller who is known: what was decided, part by part, and of whom.
    pub(crate) fn decided(
        mut self,
        why: Option<Evaluated>,
        principal: &dyn fmt::Display,
        context: &Context,
    ) -> Self {
        let decided = Decided::new(why, principal, context.shared_issuer());
        self.extra.get_or_insert_default().decision = Some(decided);
        self
    }

    /// Of a right that is a part of this one, whose other part was found to hold before.
    pub(crate) fn within(mut self, whole: &'static Expression, held: &'static Expression) -> Self {
        self.right = Some(whole);
        if let Some(decided) = self.extra.as_mut().and_then(|extra| extra.decision.as_mut()) {
            decided.why = decided.why.take().map(|part| part.within(whole, held));
        }
        self
    }

    /// On the route that is registered there.
    pub(crate) fn at(mut self, route: Option<Site>) -> Self {
        // Who is not known may be many.
        if route.is_some() && !self.reason.is_about_authentication() {
            self.extra.get_or_insert_default().route = route;
        }
        self
    }

    /// Tells a caller who may not that there is nothing: 404 in the place of 403 (and of the 401 for another login), alike in every byte to the one for a thing
    /// that is not there. Every other denial stays what it is.
    pub fn concealed(mut self) -> Self {
        if self.reason.is_refusal() {
            let extra = self.extra.get_or_insert_default();
            extra.concealed = Some(self.reason);
            extra.login_page = None;
            self.reason = Reason::NotFound;
        }
        self
    }

    /// Which of the gate's schemes the caller tried, or was identified by.
    pub(crate) const fn scheme(&self) -> Option<usize> {
        self.attempted
    }

    fn decision(&self) -> Option<&Decided> {
        self.extra.as_ref()?.decision.as_ref()
    }

    /// What may bear on the answer: nothing on a 404, which is the same for a thing that is hidden and one that is not there,
    /// also where the application writes the body.
    fn shown_decision(&self) -> Option<&Decided> {
        self.decision().filter(|_| self.reason != Reason::NotFound)
    }

    /// What the operator finds the event of this denial by: its field `decision`. The client is told it in the body. Only of
    /// callers who are known, and `None` on a 404, which says nothing.
    #[must_use]
    pub fn decision_id(&self) -> Option<DecisionId> {
        self.shown_decision().map(|decided| decided.id)
    }

    /// The right that was asked for as it was evaluated, part by part. For the operator: no client gets to see it. `None` on a
    /// 404.
    #[must_use]
    pub fn evaluated(&self) -> Option<&Evaluated> {
        self.shown_decision()?.why.as_ref()
    }

    fn fresh(&self, scheme: usize) -> impl Iterator<Item = &HeaderValue> {
        let fresh = self.extra.iter().flat_map(|extra| &extra.fresh);
        fresh.filter(move |(of, _)| *of == scheme).map(|(_, value)| value)
    }

    /// Where a browser is sent to sign in, in the place of a 401: to the gate's
    /// [`login_page`](crate::gate::GateBuilder::login_page), with the target to come back to.
    #[must_use]
    pub fn login_page(&self) -> Option<&HeaderValue> {
        self.extra.as_ref()?.login_page.as_ref()
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The status that goes out.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.login_page().is_some() { StatusCode::SEE_OTHER } else { self.reason.status() }
    }

    /// The form that the client reads best.
    #[must_use]
    pub fn form(&self) -> Form {
        self.client.form()
    }

    /// The languages that the client asks for.
    #[must_use]
    pub fn languages(&self) -> Languages<'_> {
        Languages::of(self.client.languages())
    }

    /// What the application's hook makes of it. One that panics has nothing to say.
    fn rendered(&self) -> Option<Rendering> {
        let render = self.prepared.render.as_ref()?;
        catch_unwind(AssertUnwindSafe(|| render(self))).unwrap_or_default()
    }

    /// What the application's hook says in the client's language. One that panics has nothing to say.
    fn translated(&self) -> Option<Wording> {
        let translate = self.prepared.translate.as_ref()?;
        catch_unwind(AssertUnwindSafe(|| translate(self.reason, &self.languages()))).unwrap_or_default()
    }

    /// What the body says besides the reason.
    fn marks(&self) -> Marks {
        Marks {
            decision: self.decision_id(),
            missing: self.told_missing().iter().map(|part| part.expression().to_string()).collect(),
        }
    }

    /// The parts of the right that the caller is told to lack.
    fn told_missing(&self) -> Vec<&Evaluated> {
        let is_told = self.prepared.tells_missing && self.reason.status() == StatusCode::FORBIDDEN;
        self.evaluated().filter(|_| is_told).map(Evaluated::missing).unwrap_or_default()
    }

    /// The body, and the fields that describe it.
    fn content(&self) -> (HeaderMap, Bytes) {
        let mut headers = HeaderMap::with_capacity(6);
        if self.login_page().is_some() {
            return (headers, Bytes::new());
        }
        if let Some((content_type, body, mut headers)) = self.rendered().map(Rendering::into_parts) {
            headers.insert(CONTENT_TYPE, content_type);
            return (headers, body);
        }
        let form = self.form();
        headers.insert(CONTENT_TYPE, form.content_type());
        let body = match self.translated() {
            None => self.prepared.body(self.reason, form, &self.marks()),
            Some(wording) => {
                if let Ok(language) = HeaderValue::try_from(wording.language.as_ref()) {
                    headers.insert(CONTENT_LANGUAGE, language);
                }
                form.body(self.reason, &wording, &self.prepared.page, &self.marks())
            }
        };
        (headers, body)
    }

    /// The response.
    fn written(&self) -> Response<Bytes> {
        let (mut headers, body) = self.content();
        self.each_challenge(|challenge| {
            headers.append(WWW_AUTHENTICATE, challenge);
        });
        if let Some(page) = self.login_page() {
            headers.insert(LOCATION, page.clone());
        }
        let missing = self.told_missing();
        if !missing.is_empty() {
            headers.extend(accepted::fields(&missing));
        }
        headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
        headers.insert(VARY, self.prepared.vary.clone());
        if matches!(self.reason, Reason::Undecided | Reason::Busy) {
            headers.insert(RETRY_AFTER, const { HeaderValue::from_static("5") });
        }
        let mut response = Response::new(body);
        *response.status_mut() = self.status();
        *response.headers_mut() = headers;
        response
    }

    /// What it has in common with others of this gate, where that is all but the decision's id.
    fn kind(&self) -> Option<Kind> {
        let Prepared { render: None, translate: None, tells_missing, .. } = &*self.prepared else {
            return None;
        };
        let decided = self.decision_id().is_some();
        let is_alike = self.taken.is_all()
            && !self.client.is_script()
            && !(*tells_missing && decided)
            && self.extra.as_ref().is_none_or(|extra| extra.fresh.is_empty() && extra.login_page.is_none())
            // Which login or which scope is in the challenge.
            && !matches!(self.reason, Reason::Lacking(Lack::Login | Lack::Scope));
        is_alike.then(|| Kind { reason: self.reason, form: self.form(), decided, attempted: self.attempted })
    }
}

impl IntoResponse for Denial {
    fn into_response(self) -> Response {
        let mut response = match self.kind().and_then(|kind| self.prepared.shelf.place(kind)) {
            Some(place) => {
                let id = self.decision_id();
                place.get_or_init(|| Box::new(Ready::new(self.written(), id))).again(id)
            }
            None => self.written().map(Body::from),
        };
        let real = self.extra.as_ref().and_then(|extra| extra.concealed).unwrap_or(self.reason);
        Hooks::denied(response.extensions_mut(), self.reason, real);
        response
    }
}

/// The reason and its sentence.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.status(), self.reason, self.reason.detail())
    }
}

impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denial")
            .field("reason", &self.reason)
            .field("right", &self.right)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Denial {}

#[cfg(test)]
mod tests {
    use super::*;

    /// It is the error of most results here.
    #[test]
    fn a_denial_is_small() {
        assert!(size_of::<Denial>() < 128, "{}", size_of::<Denial>());
    }
}
