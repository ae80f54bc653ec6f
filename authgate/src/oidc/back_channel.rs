//! Ends the sessions that the provider names (OpenID Connect Back-Channel Logout 1.0).

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Map, Value};

use super::id_token::{Unfit, number, seconds};
use super::login::{Inner, NAME, in_time};
use super::parameters::Parameters;
use crate::error::BackendError;
use crate::jws::{Leeway, NotVerified, TokenType};
use crate::log::{Limit, OneLine, rejected};
use crate::scheme::bearer::Revocation;

/// The event of a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The maximum age of a logout token, in seconds. A provider may try again for this time.
const MAX_AGE: u16 = 5 * 60;

/// The maximum length of a name in a logout token, in bytes.
const LONGEST: usize = 1024;

/// The time that stands for a lifetime without an end: a thousand years.
const LONG: Duration = Duration::from_secs(1000 * 366 * 24 * 60 * 60);

/// Any client can send a logout request.
static REJECTED: Limit = Limit::new();

/// Why no session was ended.
enum Failure {
    /// The token is not valid: 400. The text names the check.
    Invalid(&'static str),
    /// A backend failed: 503, so that the provider tries again.
    Unavailable(&'static str, BackendError),
}

/// The ids of the tokens that this process has accepted last. A token that is replayed here must
/// not end the sessions that a user has started since. The store is asked later, because a token
/// counts as used only once its sessions have ended.
#[derive(Debug, Default)]
pub(super) struct Accepted(VecDeque<String>);

impl Accepted {
    const MOST: usize = 256;

    fn has(&self, id: &str) -> bool {
        self.0.iter().any(|other| other == id)
    }

    fn add(&mut self, id: &str) {
        if self.0.len() >= Self::MOST {
            self.0.pop_front();
        }
        self.0.push_back(id.to_owned());
    }
}

/// The sessions that a logout token names.
struct Named {
    /// The `jti`.
    id: String,
    subject: Option<String>,
    session: Option<String>,
}

impl Inner {
    /// Answers a logout request. `lifetime` is the longest lifetime of a session.
    pub(super) async fn back_channel_logout(&self, body: Body, lifetime: Duration) -> Response {
        let (status, body) = match self.end_sessions(body, lifetime).await {
            Ok(()) => {
                tracing::info!(target: "authgate::oidc", provider = %OneLine(&self.provider.name()), "the provider has ended sessions");
                return (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response();
            }
            Err(Failure::Invalid(check)) => {
                rejected(NAME, check);
                if REJECTED.allows_one() {
                    tracing::warn!(target: "authgate::oidc", check, "a logout request was rejected");
                }
                (StatusCode::BAD_REQUEST, r#"{"error":"invalid_request"}"#)
            }
            Err(Failure::Unavailable(what, error)) => {
                tracing::error!(target: "authgate::oidc", error = %OneLine(&error), "{what}");
                (StatusCode::SERVICE_UNAVAILABLE, r#"{"error":"temporarily_unavailable"}"#)
            }
        };
        let fields = [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/json")];
        let mut response = (status, fields, body).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, 1.into());
        }
        response
    }

    async fn end_sessions(&self, body: Body, lifetime: Duration) -> Result<(), Failure> {
        let form = Parameters::of_form(body).await.filter(|form| !form.has_duplicates());
        let form = form.ok_or(Failure::Invalid("form of the logout request"))?;
        let token = form.get("logout_token").ok_or(Failure::Invalid("missing logout token"))?;
        let verified = self.provider.verify(token.as_bytes(), TokenType::LogoutToken).await;
        let token = verified.map_err(|error| match error {
            NotVerified::Invalid(_, check) => Failure::Invalid(check),
            NotVerified::Unavailable => Failure::Unavailable(
                "a logout token cannot be verified",
                BackendError::new("the provider has no usable keys"),
            ),
        })?;
        let now = SystemTime::now();
        let named = self.check_logout_token(&token.claims, now).map_err(Failure::Invalid)?;
        self.revoke(&named, now, lifetime).await
    }

    /// Checks the claims of a logout token (section 2.6).
    fn check_logout_token(
        &self,
        claims: &Map<String, Value>,
        now: SystemTime,
    ) -> Result<Named, &'static str> {
        let check = |unfit| match unfit {
            Unfit::Invalid(_, check) | Unfit::Weak(check) => check,
        };
        self.check_audience(claims).map_err(check)?;
        if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
            return Err("events");
        }
        // An ID token has one.
        if claims.contains_key("nonce") {
            return Err("nonce");
        }
        let issued = number(claims, "iat").map_err(check)?.ok_or("iat")?;
        let (now, leeway) = (seconds(now), f64::from(self.leeway.get()));
        if issued > now + leeway || issued < now - f64::from(MAX_AGE) - leeway {
            return Err("iat");
        }
        let name = |name: &'static str| match claims.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() && text.len() <= LONGEST => Ok(Some(text.clone())),
            Some(_) => Err(name),
        };
        let (subject, session) = (name("sub")?, name("sid")?);
        if subject.is_none() && session.is_none() {
            return Err("sub and sid");
        }
        Ok(Named { id: name("jti")?.ok_or("jti")?, subject, session })
    }

    /// Ends the sessions, and then records that the token is used. In this order, a failure loses
    /// no logout: the provider may send the same token again.
    async fn revoke(&self, named: &Named, now: SystemTime, lifetime: Duration) -> Result<(), Failure> {
        let is_known = || self.accepted.lock().unwrap_or_else(PoisonError::into_inner).has(&named.id);
        if is_known() {
            return Err(Failure::Invalid("repeated jti"));
        }
        // The ID token may have another name of the provider than the logout token.
        for issuer in self.provider.names() {
            let revoked = match (&named.session, &named.subject) {
                (Some(session), _) => Revocation::Session { issuer, session },
                (None, Some(subject)) => Revocation::Subject { issuer, subject },
                (None, None) => return Err(Failure::Invalid("sub and sid")),
            };
            let done = in_time(self.revocations.dyn_revoke(revoked, end_of_sessions(now, lifetime))).await;
            done.and_then(|done| done).map_err(|error| {
                Failure::Unavailable("the store of ended sessions does not answer", error)
            })?;
        }
        // A token whose `iat` is ahead of this clock is accepted for longer.
        let accepted_for = Duration::from_secs(u64::from(MAX_AGE + Leeway::MOST));
        let first = self.first("logout", &named.id, now.checked_add(accepted_for).unwrap_or(now)).await;
        let first = first.map_err(|error| {
            Failure::Unavailable("the store of used logout tokens does not answer", error)
        })?;
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).add(&named.id);
        if first { Ok(()) } else { Err(Failure::Invalid("repeated jti")) }
    }
}

/// Returns a time after the end of all sessions that exist now.
fn end_of_sessions(now: SystemTime, lifetime: Duration) -> SystemTime {
    now.checked_add(lifetime).or_else(|| now.checked_add(LONG)).unwrap_or(now)
}
