//! Where callers are identified: the schemes of an application, asked for one verdict.

mod asking;
mod builder;
mod cross_site;
#[cfg(feature = "table")]
mod described;
mod has_gate;
mod login_page;
mod way_back;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};
use http::request::Parts;

pub use crate::error::ConfigError;
pub use builder::GateBuilder;
#[cfg(feature = "table")]
pub(crate) use described::{DescribedGate, DescribedScheme};
pub use has_gate::HasGate;
pub use way_back::GateLayer;
pub(crate) use way_back::{WayBack, in_use as way_back_in_use};

use asking::{Asked, Asking, Step};
use cross_site::Origins;
use login_page::LoginPage;

use crate::credentials::Presented;
use crate::denial::{Client, Denial, Prepared};
use crate::guard::{Ended, in_time};
use crate::right::{Context, Expression, Lack, Login, Principal, Reason, Refused, Taken};
use crate::scheme::{Attachment, Identity, Later, Scheme, Verdict};
use crate::test_hooks::{Hooks, RequestHooks as _};

/// Identifies callers as a `P`, by the schemes that it was built with.
///
/// It lives in the application's state, where the extractors find it through
/// [`FromRef`](axum::extract::FromRef); a clone is a reference to the same gate. An application with several kinds of
/// callers has a gate for each.
pub struct Gate<P> {
    pub(crate) inner: Arc<Inner<P>>,
}

pub(crate) struct Inner<P> {
    /// Behind `dyn`, so that an application's state need not spell its schemes; one call each a request.
    pub(crate) schemes: Box<[Entry<P>]>,
    /// How long an answer that has to be waited for may take.
    pub(crate) timeout: Duration,
    /// What is asked of every caller.
    pub(crate) required: Box<[Required<P>]>,
    pub(crate) origins: Origins,
    pub(crate) login_page: Option<LoginPage>,
    /// The fields that an answer to a caller of this gate depends on, for `Vary`.
    pub(crate) fields: HeaderValue,
    pub(crate) prepared: Arc<Prepared>,
}

impl<P> Clone for Required<P> {
    fn clone(&self) -> Self {
        Self { right: self.right, evaluate: self.evaluate }
    }
}

/// A right that every caller must have.
pub(crate) struct Required<P> {
    right: &'static Expression,
    evaluate: fn(&P, &Context) -> Result<(), Refused>,
}

pub(crate) struct Entry<P> {
    pub(crate) name: &'static str,
    pub(crate) attachment: Attachment,
    /// Whether caches take an answer to such a credential for one to anybody (`standards.md` rows 24 and 25).
    pub(crate) is_unknown_to_caches: bool,
    /// Whether its answers are all at hand.
    pub(crate) never_waits: bool,
    /// Whether its credential is in the `Authorization` field.
    pub(crate) reads_authorization: bool,
    pub(crate) knows_login: bool,
    pub(crate) scheme: Box<dyn Scheme<P>>,
}

impl<P: 'static> Entry<P> {
    /// Whether a credential of the scheme is presented, and the route takes it.
    fn has_in(&self, presented: &Presented<'_>, taken: Taken) -> bool {
        taken.takes(self.name) && self.scheme.is_presented(self.name, presented)
    }

    /// Whether there may be something to set on the response.
    fn answers(&self) -> bool {
        self.is_unknown_to_caches || self.scheme.answers()
    }
}

impl<P> Clone for Gate<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P> fmt::Debug for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.inner.schemes.iter().map(|entry| entry.name);
        f.debug_list().entries(schemes).finish()
    }
}

/// An identity, and which of the gate's schemes it is of.
pub(crate) struct Identified<P> {
    pub(crate) identity: Identity<P>,
    pub(crate) scheme: usize,
}

/// Returns the gate that judges a request: the state's.
pub(crate) fn gate_of<P: Principal, S: HasGate<P>>(request: &Parts, state: &S) -> Gate<P> {
    Hooks::replaced(&request.extensions).unwrap_or_else(|| state.gate())
}

impl<P: Principal> Gate<P> {
    /// Starts a gate.
    pub fn builder() -> GateBuilder<P> {
        GateBuilder::new()
    }

    /// The way back for a plain `axum::Router`: sets on the response what schemes have to say there, and keeps the target as
    /// it was sent for those of them that compare it, where routers are nested in the one that has the layer.
    /// [`Router`](crate::Router) brings both itself, and besides sees to it that what a handler with an optional caller
    /// answers is told apart by caches (`Vary`); on a plain router that is the handler's to set.
    #[must_use]
    pub fn layer(&self) -> GateLayer {
        GateLayer::new(self.inner.schemes.iter().any(Entry::answers)).keeping_target()
    }

    /// Finds out who calls. In order:
    ///
    /// 1. Two `Authorization` fields, or two credentials other than cookies, are ambiguous. A malformed `Authorization` field
    ///    that no scheme of the gate reads is refused, whatever else the request carries.
    /// 2. A credential that is no cookie decides alone, whether it is good or not.
    /// 3. Cookies are asked in the order of their schemes: the first that says yes decides; if none does, that one cannot say
    ///    weighs more than that one is refused.
    /// 4. Of a credential that browsers attach by themselves, a request across sites that may change something is refused.
    ///
    /// Well-formed credentials of schemes that the route does not take are ignored. A scheme that panics is
    /// [`Reason::Failed`], and no other is asked.
    pub(crate) async fn identify(
        &self,
        presented: &Presented<'_>,
        taken: Taken,
    ) -> Result<Identified<P>, Denial> {
        let mut asking = Asking::of(self, presented, taken);
        if let Err(unidentified) = asking.guarded(Asking::start).and_then(|started| started) {
            return self.conclude(presented, taken, Err(unidentified));
        }
        loop {
            // What is at hand is settled before anything is waited for, and the waiting is boxed: so a request that need not
            // wait has no room for it.
            let (index, waiting) = match asking.guarded(Asking::go_on) {
                Ok(Step::Done(asked)) => return self.conclude(presented, taken, asked),
                Ok(Step::Wait(index, verdict)) => (index, Box::pin(self.verdict_in_time(index, verdict))),
                Err(unidentified) => return self.conclude(presented, taken, Err(unidentified)),
            };
            let Some(verdict) = waiting.await else {
                return self.conclude(presented, taken, Err((Reason::Failed, Some(index))));
            };
            if let Some(identified) = asking.settle(index, verdict) {
                return self.conclude(presented, taken, Ok(identified));
            }
        }
    }

    /// The same where no scheme has to be waited for that has to be asked; `None`, and nobody is asked, where one may have to be.
    #[inline]
    pub(crate) fn identify_at_once(
        &self,
        presented: &Presented<'_>,
        taken: Taken,
    ) -> Option<Result<Identified<P>, Denial>> {
        let mut asking = Asking::of(self, presented, taken);
        let asked = match asking.guarded(Asking::at_once) {
            Ok(asked) => asked?,
            Err(unidentified) => Err(unidentified),
        };
        Some(self.conclude(presented, taken, asked))
    }

    /// What comes of it, once all that have to be asked were asked.
    #[inline(always)]
    fn conclude(
        &self,
        presented: &Presented<'_>,
        taken: Taken,
        asked: Asked<P>,
    ) -> Result<Identified<P>, Denial> {
        match asked {
            Ok(identified) => match self.refuse_across_sites(presented, taken, identified.scheme) {
                None => Ok(identified),
                Some(denial) => Err(denial),
            },
            Err((reason, attempted)) => Err(self.refuse(presented, taken, reason, attempted)),
        }
    }

    /// Refuses a request that a page of another site may have made a browser send with the credential of this scheme.
    #[inline]
    fn refuse_across_sites(&self, presented: &Presented<'_>, taken: Taken, scheme: usize) -> Option<Denial> {
        let entry = self.inner.schemes.get(scheme);
        let by_itself = entry.is_none_or(|entry| entry.attachment != Attachment::Deliberate);
        let refused = by_itself && self.inner.origins.refuse(presented.parts());
        refused.then(|| self.refuse(presented, taken, Reason::CrossSite, Some(scheme)))
    }

    fn name_of(&self, scheme: usize) -> &'static str {
        self.inner.schemes.get(scheme).map_or("", |entry| entry.name)
    }

    /// Waits for a scheme's verdict. Returns `None` if the scheme panics.
    async fn verdict_in_time(&self, scheme: usize, verdict: Later<'_, P>) -> Option<Verdict<P>> {
        match in_time(verdict, self.inner.timeout).await {
            Ended::Given(verdict) => Some(verdict),
            Ended::Panicked => None,
            Ended::TooLate => {
                let (scheme, after) = (self.name_of(scheme), self.inner.timeout.as_secs_f64());
                tracing::error!(target: "authgate::gate", scheme, after, "a scheme has not answered in time");
                Some(Verdict::Undecided)
            }
        }
    }

    /// What a request is denied with that nobody has been identified by.
    fn refuse(
        &self,
        presented: &Presented<'_>,
        taken: Taken,
        reason: Reason,
        attempted: Option<usize>,
    ) -> Denial {
        let schemes = self.inner.schemes.iter();
        if !self.has_a_scheme_of(taken) {
            tracing::error!(target: "authgate::gate", "a route takes only schemes that its gate does not have");
            return self.deny(Reason::Undecided, self.client(presented.headers()));
        }
        let mut denial = self.deny(reason, self.client(presented.headers())).taking(taken);
        if let Some(index) = attempted {
            denial = denial.attempted(index);
        }
        if !reason.is_about_authentication() {
            return denial;
        }
        let of_cookie = |entry: &Entry<P>| entry.attachment == Attachment::Cookie;
        let tried_cookie = attempted.is_none_or(|index| self.inner.schemes.get(index).is_some_and(of_cookie));
        // To sign in would not help where the `Authorization` field is ambiguous or malformed.
        let of_a_field = reason == Reason::Ambiguous || (attempted.is_none() && reason != Reason::Missing);
        if let Some(page) = self.inner.login_page.as_ref().filter(|_| {
            !of_a_field
                && tried_cookie
                && schemes.clone().any(|entry| of_cookie(entry) && taken.takes(entry.name))
        }) {
            denial = denial.sent_to_sign_in(page.instead_of(presented.parts(), reason, &Login::default()));
        }
        if denial.login_page().is_some() {
            return denial;
        }
        for (index, entry) in schemes.enumerate().filter(|(_, entry)| taken.takes(entry.name)) {
            let fault = match reason {
                Reason::Refused(fault) if attempted == Some(index) => Some(fault),
                _ => None,
            };
            let fresh = catch_unwind(AssertUnwindSafe(|| entry.scheme.fresh_challenges(fault)));
            let Ok(fresh) = fresh else {
                return self.deny(Reason::Failed, self.client(presented.headers())).attempted(index);
            };
            if !fresh.is_empty() {
                denial = denial.with_fresh(index, &fresh);
            }
        }
        denial
    }

    pub(crate) fn deny(&self, reason: Reason, client: Client) -> Denial {
        Denial::new(reason, client, &self.inner.prepared)
    }

    /// Refuses what a page of another site may have made a browser send, where it may change something: for what is not
    /// guarded by a credential yet, such as signing in.
    ///
    /// # Errors
    ///
    /// The request comes across sites.
    #[cfg(feature = "session")]
    pub(crate) fn refuse_cross_site(&self, request: &Parts) -> Result<(), Denial> {
        if self.inner.origins.refuse(request) {
            return Err(self.deny(Reason::CrossSite, self.client(&request.headers)));
        }
        Ok(())
    }

    /// What a sign-in for a caller of this gate is bound to.
    #[cfg(feature = "session")]
    pub(crate) fn session_binding(&self) -> Option<crate::scheme::Binding<'_>> {
        self.inner.schemes.iter().find_map(|entry| entry.scheme.session_binding())
    }

    /// Refuses whoever has not what is asked of everybody, but for what the route's right waives.
    pub(crate) fn refuse_anybody(
        &self,
        principal: &P,
        context: &Context,
        right: Option<&'static Expression>,
    ) -> Result<(), (Refused, &'static Expression)> {
        for required in &self.inner.required {
            if right.is_none_or(|right| !right.waives(required.right)) {
                (required.evaluate)(principal, context).map_err(|refused| (refused, required.right))?;
            }
        }
        Ok(())
    }

    /// A reason, as far as the caller can do something about it: another login helps only where a scheme knows of logins.
    pub(crate) fn possible(&self, reason: Reason, taken: Taken) -> Reason {
        let knows = |entry: &Entry<P>| taken.takes(entry.name) && entry.knows_login;
        if reason == Reason::Lacking(Lack::Login) && !self.inner.schemes.iter().any(knows) {
            Reason::Lacking(Lack::Scheme)
        } else {
            reason
        }
    }

    /// Sends a browser to sign in again, where that is what a caller with a cookie lacks.
    pub(crate) fn again(&self, denial: Denial, request: &Parts) -> Denial {
        let is_cookie = |index| {
            self.inner
                .schemes
                .get(index)
                .is_some_and(|entry: &Entry<P>| entry.attachment == Attachment::Cookie)
        };
        match &self.inner.login_page {
            Some(page)
                if denial.reason() == Reason::Lacking(Lack::Login)
                    && denial.scheme().is_some_and(is_cookie) =>
            {
                let location = page.instead_of(request, denial.reason(), &denial.login_needed());
                denial.sent_to_sign_in(location)
            }
            _ => denial,
        }
    }

    /// How long an answer that has to be waited for may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    /// Who is denied.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Client {
        Client::of(headers, self.inner.prepared.reads())
    }

    /// Who may be denied later, when he is known.
    pub(crate) fn known_client(&self, headers: &HeaderMap) -> Client {
        Client::known(headers, self.inner.prepared.reads())
    }

    /// The fields that an answer to a caller depends on, where caches do not know it by themselves.
    pub(crate) fn depends_on(&self, scheme: Option<usize>) -> Option<HeaderValue> {
        let mut schemes = self.inner.schemes.iter().enumerate();
        let depends = schemes
            .any(|(index, entry)| entry.is_unknown_to_caches && scheme.is_none_or(|scheme| scheme == index));
        depends.then(|| self.inner.fields.clone())
    }

    /// The fields that an answer depends on where nobody has to be known.
    pub(crate) fn fields(&self) -> HeaderValue {
        self.inner.fields.clone()
    }

    /// Whether the gate has one of the schemes.
    pub(crate) fn has_a_scheme_of(&self, taken: Taken) -> bool {
        self.inner.schemes.iter().any(|entry| taken.takes(entry.name))
    }
}
