//! The session of a request, from the layer to the scheme, to sign-in and back.

use std::sync::Arc;

use http::Extensions;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE};
use tower_sessions_core::Session;
use tower_sessions_core::session::{Error, Expiry};

use super::Sessions;
use super::cookie::{self, Carried};
use super::store::OfRequest;
use crate::log::OneLine;

/// The session of a request, in its extensions.
#[derive(Clone)]
pub(crate) struct InRequest {
    pub(crate) session: Session,
    pub(crate) cookie: Carried,
    sessions: Sessions,
    store: Arc<OfRequest>,
}

impl InRequest {
    /// The session that a request with these fields has, not loaded yet.
    pub(crate) fn new(sessions: Sessions, headers: &HeaderMap) -> Self {
        let cookie = cookie::carried(headers, sessions.config.cookie());
        let id = match cookie {
            Carried::One(id) => Some(id),
            _ => None,
        };
        let store = Arc::new(OfRequest::new(&sessions.store));
        let idle = sessions.config.idle.try_into().unwrap_or(time::Duration::MAX);
        let session = Session::new(id, Arc::clone(&store), Some(Expiry::OnInactivity(idle)));
        Self { session, cookie, sessions, store }
    }

    /// What the layer has left.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// Returns `true` if the session is of these sessions: of their store, by their cookie.
    pub(crate) fn is_of(&self, sessions: &Sessions) -> bool {
        self.store.is_of(&sessions.store) && self.sessions.config.cookie() == sessions.config.cookie()
    }

    /// Notes that a signed-in caller has used the session.
    pub(crate) fn use_it(&self) {
        self.store.use_it();
    }

    /// Leaves the session as it was: to sign in, or out, has failed, and what is half done must not be written.
    pub(crate) fn give_up(&self) {
        self.store.give_up();
    }

    /// Writes what the handler has changed, and says on the response what the browser has to keep.
    pub(crate) async fn finish(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        if self.store.is_given_up() {
            return Ok(());
        }
        let config = &self.sessions.config;
        let session = &self.session;
        let is_modified = session.is_modified();
        if is_modified && !session.is_empty().await {
            session.save().await?;
            if let Some(id) = session.id().filter(|id| self.cookie != Carried::One(*id)) {
                set(headers, cookie::set(config.cookie(), id, config.is_secure()));
            }
        } else if self.is_to_be_forgotten(is_modified) {
            set(headers, cookie::removed(config.cookie(), config.is_secure()));
        } else if self.store.is_to_be_extended(config.idle)
            && let Err(error) = session.save().await
        {
            // Who was let in stays so; his session only ends the sooner.
            tracing::warn!(target: "authgate::gate", error = %OneLine(&error), "a session could not be made to live longer");
        }
        Ok(())
    }

    /// Whether the browser has to forget its cookie: it is none of ours, or the session was ended in this request. Not
    /// where there is no such session any more: what another tab gets at this moment, by signing in, would go with it.
    const fn is_to_be_forgotten(&self, is_modified: bool) -> bool {
        match self.cookie {
            Carried::Absent => false,
            Carried::Malformed | Carried::Several => true,
            Carried::One(_) => is_modified,
        }
    }
}

/// Sets a cookie, on a response that nobody keeps: that it has one does not prevent it (RFC 9111 section 7.3,
/// `standards.md` row 26).
fn set(headers: &mut HeaderMap, cookie: Option<HeaderValue>) {
    let Some(cookie) = cookie else { return };
    headers.append(SET_COOKIE, cookie);
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
}
