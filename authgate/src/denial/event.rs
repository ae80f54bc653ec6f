//! Log events of denials. The target of an event shows who should investigate.

use http::Version;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING};
use http::request::Parts;
use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::Denial;
use crate::credentials::{peer, route, target};
use crate::log::OneLine;
use crate::right::{Reason, Site};

impl Denial {
    /// Logs the denial with the request and, if known, the principal and the party that acts for
    /// it. Never logs a credential.
    ///
    /// Targets:
    ///
    /// - `authgate::authentication` for 400, 401, 429 and 503 `busy`: a caller failed to
    ///   authenticate. Check clients, keys and attacks.
    /// - `authgate::authorization` for 403, 404 and a login that is too old or too weak: an
    ///   authenticated caller lacks a right.
    /// - `authgate::gate` for other 503 and 500: a dependency does not respond, or application code
    ///   panics.
    ///
    /// Also records whether the response leaves a body unread, and whether the client speaks gRPC.
    pub(crate) fn log(mut self, request: Option<&Parts>) -> Self {
        if let Some(request) = request {
            let is_http1 = request.version < Version::HTTP_2;
            self.client.leaves_body = is_http1 && announces_body(&request.headers);
            self.client.speaks_grpc = !is_http1 && is_grpc(&request.headers);
            #[cfg(feature = "oauth")]
            self.note_resource(request);
        }
        if is_log_enabled() {
            self.tell(request);
        }
        if self.prepared.is_observed() {
            self.prepared.tell_denied(&self, self.scheme_name(), request);
        }
        // Both gates of an `Either` decide on a credential that both read.
        if let Some(other) = self.other().filter(|other| other.attempted.is_some())
            && other.prepared.is_observed()
        {
            other.prepared.tell_denied(other, other.scheme_name(), request);
        }
        self
    }

    /// Returns the scheme that the caller tried or was authenticated by.
    fn scheme_name(&self) -> Option<&str> {
        self.attempted.and_then(|scheme| self.prepared.lines.get(scheme)).map(|line| line.challenge.scheme())
    }

    #[inline(never)]
    fn tell(&self, request: Option<&Parts>) {
        let concealed = self.extra.as_ref().and_then(|extra| extra.concealed);
        // `concealed` is logged only if it is `true`.
        let (reason, concealed) = (concealed.unwrap_or(self.reason), concealed.map(|_| true));
        let status = self.status().as_u16();
        let scheme = self.scheme_name();
        let method = request.map(|request| request.method.as_str());
        let method = method.as_ref().map(|method| tracing::field::display(OneLine(method)));
        // Omits the query, which may contain secrets.
        let path = request.map(|request| target(request).path());
        let path = path.as_ref().map(|path| tracing::field::display(OneLine(path)));
        let decided = self.decision();
        let decision = decided.map(|decided| tracing::field::display(decided.id));
        let principal = decided.map(|decided| OneLine(&decided.principal));
        let principal = principal.as_ref().map(tracing::field::display);
        let actor = decided.and_then(|decided| decided.actor.as_ref());
        let actor = actor.map(|actor| OneLine(&actor.subject().unwrap_or_default()).to_string());
        let issuer =
            decided.and_then(|decided| decided.issuer.as_deref()).map(|issuer| OneLine(&issuer).to_string());
        let why = decided.and_then(|decided| decided.why.as_ref()).map(tracing::field::display);
        let holds = decided.and_then(|decided| decided.holds.as_deref()).map(tracing::field::display);
        let needs = self.right.map(tracing::field::display);
        let registered = self.extra.as_ref().and_then(|extra| extra.route);
        let registered = registered.map(|Site(place)| tracing::field::display(place));
        let route = request.and_then(|request| route(&request.extensions));
        let peer = request.and_then(|request| peer(&request.extensions)).map(tracing::field::display);
        match reason {
            _ if reason.is_about_authentication() => {
                tracing::info!(target: "authgate::authentication", reason = reason.code(), status, scheme, method, path, route, peer, "not authenticated");
            }
            // The overloaded component warns of it, and not for each request.
            Reason::Busy => {
                tracing::debug!(target: "authgate::authentication", reason = reason.code(), status, scheme, method, path, route, peer, "too many callers are authenticating");
            }
            Reason::Unavailable => {
                tracing::error!(target: "authgate::gate", reason = reason.code(), status, scheme, method, path, route, peer, principal, actor, issuer, needs, why, registered, decision, "undecided");
            }
            Reason::Failed => {
                tracing::error!(target: "authgate::gate", reason = reason.code(), status, scheme, method, path, route, peer, principal, actor, issuer, needs, registered, decision, "the deciding code panicked");
            }
            _ => {
                tracing::info!(target: "authgate::authorization", reason = reason.code(), status, concealed, scheme, method, path, route, peer, principal, actor, issuer, holds, needs, why, registered, decision, "not authorized");
            }
        }
    }
}

/// Returns `true` if a message of HTTP/1 announces a body (RFC 9112 section 6).
fn announces_body(headers: &HeaderMap) -> bool {
    // Most requests have few fields, so comparing all is cheaper than two lookups.
    headers
        .iter()
        .any(|(name, value)| *name == TRANSFER_ENCODING || (*name == CONTENT_LENGTH && value != "0"))
}

/// Returns `true` for `application/grpc`, `application/grpc+proto` and the like.
fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Returns `true` if a subscriber may be interested. Otherwise, data that only the event needs is
/// not computed.
pub(super) fn is_log_enabled() -> bool {
    LevelFilter::current() >= Level::ERROR
}
