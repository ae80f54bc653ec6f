//! The session of a request, shared by the layer, the scheme and the sign-in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Extensions;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE};
use tokio::sync::OwnedMutexGuard;
use tower_sessions_core::session::{Error, Expiry, Id};
use tower_sessions_core::{Session, SessionStore as _};

use super::cookie::{self, SessionCookie};
use super::signed_in::{Found, KEY, Records, SignedIn, remembered_until};
use super::store::RequestStore;
use super::{Binding, Sessions};
use crate::log::OneLine;

/// The session of a request, stored in its extensions.
#[derive(Clone)]
pub(crate) struct RequestSession {
    pub(crate) session: Session,
    pub(crate) cookie: SessionCookie,
    sessions: Sessions,
    store: Arc<RequestStore>,
}

impl RequestSession {
    /// The maximum time to sign in, to sign out or to save a session. Each makes several calls to
    /// the store, and each call has a separate limit.
    pub(super) const PATIENCE: Duration = Duration::from_secs(10);

    /// Creates the session of a request with these header fields. It is not loaded yet.
    pub(crate) fn new(sessions: Sessions, headers: &HeaderMap) -> Self {
        let cookie = cookie::carried(headers, sessions.config.cookie());
        let id = match cookie {
            SessionCookie::One(id) => Some(id),
            _ => None,
        };
        Self::with_cookie(sessions, cookie, id)
    }

    /// Returns the session with this id, as a later request would find it. It is not loaded yet.
    pub(crate) fn again(sessions: Sessions, id: Id) -> Self {
        Self::with_cookie(sessions, SessionCookie::One(id), Some(id))
    }

    fn with_cookie(sessions: Sessions, cookie: SessionCookie, id: Option<Id>) -> Self {
        let store = Arc::new(RequestStore::new(&sessions.store, sessions.config.idle));
        let idle = sessions.config.idle.try_into().unwrap_or(time::Duration::MAX);
        let session = Session::new(id, Arc::clone(&store), Some(Expiry::OnInactivity(idle)));
        Self { session, cookie, sessions, store }
    }

    /// Returns the session that the layer has inserted.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// Returns `true` if the session is from the store and the cookie of these sessions.
    pub(crate) fn is_of(&self, sessions: &Sessions) -> bool {
        self.store.is_of(&sessions.store) && self.sessions.config.cookie() == sessions.config.cookie()
    }

    /// Records that a signed-in caller has used the session.
    pub(crate) fn mark_used(&self) {
        self.store.mark_used();
    }

    /// Returns `true` if sign-ins of the session that are not remembered have expired. The session
    /// must be loaded.
    pub(crate) fn is_idle(&self) -> bool {
        self.store.is_idle()
    }

    /// Discards the changes to the session. A sign-in or sign-out has failed, and a partial change
    /// must not be written.
    pub(crate) fn discard(&self) {
        self.store.discard();
    }

    /// Signs the caller in. The session gets a new id and keeps the sign-ins of other gates.
    pub(super) async fn start(&self, binding: &Binding<'_>, signed_in: &SignedIn) -> Result<(), Error> {
        let session = &self.session;
        let _turn = self.transition().await?;
        let signing = self.store.sign();
        let before = Records::of(session).await?;
        let records = self.current().await?;
        let is_of_another =
            |records: &Option<Records>| match records.as_ref().map(|records| records.find(binding)) {
                None | Some(Found::Unreadable) => true,
                Some(Found::Nothing) => false,
                Some(Found::SignedIn(before)) => !before.is_of_account(signed_in),
            };
        // The data may belong to an account that has signed out since it was read.
        if is_of_another(&before) || is_of_another(&records) {
            session.clear().await;
        }
        signing.replace();
        session.cycle_id().await?;
        let mut records = records.unwrap_or_default();
        if self.store.is_idle() {
            records.remove_short();
        }
        records.remove(binding);
        records.add(binding, signed_in);
        records.keep(session).await?;
        session.save().await?;
        Ok(signing.done().await?)
    }

    /// Removes the sign-in of this binding and the application's data. Deletes the session with its
    /// last sign-in.
    pub(super) async fn end(&self, binding: &Binding<'_>) -> Result<(), Error> {
        let _turn = self.transition().await?;
        let signing = self.store.sign();
        if !self.remove(binding).await? {
            self.session.flush().await?;
        }
        Ok(signing.done().await?)
    }

    /// Ends a sign-in that is no longer valid. Deletes the session with its last sign-in. The
    /// cookie stays, because another tab may be receiving a new one.
    pub(crate) async fn expire(&self, binding: &Binding<'_>) -> Result<(), Error> {
        let _turn = self.transition().await?;
        let signing = self.store.sign();
        if !self.remove(binding).await? {
            self.session.delete().await?;
        }
        Ok(signing.done().await?)
    }

    /// Removes the sign-in of this binding. Returns `true` if sign-ins of other gates remain. The
    /// session is then saved with them, but without the application's data.
    async fn remove(&self, binding: &Binding<'_>) -> Result<bool, Error> {
        let mut records = self.current().await?.unwrap_or_default();
        let is_idle = self.store.is_idle() && records.remove_short();
        let is_removed = records.remove(binding) || is_idle;
        if records.is_empty() {
            return Ok(false);
        }
        if is_removed {
            self.session.clear().await;
            records.keep(&self.session).await?;
            self.session.save().await?;
        }
        Ok(true)
    }

    /// Waits until no other request of this process signs in or out of the session.
    async fn transition(&self) -> Result<Option<OwnedMutexGuard<()>>, Error> {
        match self.session.id() {
            Some(id) => Ok(Some(self.store.transition(&id).await?)),
            None => Ok(None),
        }
    }

    /// Returns the records as they are in the store now. Another request may have signed out since
    /// this one has read them. A session that has ended in the meantime is cleared.
    async fn current(&self) -> Result<Option<Records>, Error> {
        let known = Records::of(&self.session).await?;
        let Some(id) = self.session.id() else { return Ok(known) };
        let record = self.store.load(&id).await?;
        if record.is_none() {
            self.session.clear().await;
        }
        Ok(Records::read(record.and_then(|mut record| record.data.remove(KEY))))
    }

    /// Saves the changes of the handler, and sets or removes the cookie on the response.
    pub(crate) async fn finish(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        if self.store.is_given_up() {
            return Ok(());
        }
        let config = &self.sessions.config;
        let session = &self.session;
        let is_modified = session.is_modified();
        if is_modified && !session.is_empty().await {
            session.save().await?;
            if let Some(id) = session.id().filter(|id| self.cookie != SessionCookie::One(*id)) {
                let until = remembered_until(session.get_value(KEY).await?.as_ref());
                let lifetime = until.map(|until| until.duration_since(SystemTime::now()).unwrap_or_default());
                set(headers, cookie::set(config.cookie(), id, config.is_secure(), lifetime));
            }
        } else if self.must_remove_cookie(is_modified) {
            set(headers, cookie::removed(config.cookie(), config.is_secure()));
        } else if self.store.must_extend()
            && let Err(error) = session.save().await
        {
            // The caller stays authenticated. The session only ends earlier.
            tracing::warn!(target: "authgate::gate", error = %OneLine(&error), "cannot extend a session");
        }
        Ok(())
    }

    /// Returns `true` if the browser must remove its cookie: the cookie is invalid, or this request
    /// has ended the session. If the session no longer exists, the cookie stays, because another
    /// tab may be signing in and its new cookie would be removed too.
    const fn must_remove_cookie(&self, is_modified: bool) -> bool {
        match self.cookie {
            SessionCookie::Absent => false,
            SessionCookie::Malformed | SessionCookie::Several => true,
            SessionCookie::One(_) => is_modified,
        }
    }
}

/// Sets a cookie on a response that must not be cached. `Set-Cookie` alone does not prevent caching
/// (RFC 9111 section 7.3).
fn set(headers: &mut HeaderMap, cookie: Option<HeaderValue>) {
    let Some(cookie) = cookie else { return };
    headers.append(SET_COOKIE, cookie);
    headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
}
