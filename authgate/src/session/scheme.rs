//! Session cookies of signed-in callers.

use std::any::TypeId;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::SystemTime;

use http::header::COOKIE;
use tower_sessions_core::session::Id;

use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::log::{OneLine, rejected};
use crate::right::{Context, CredentialError, Principal, RevocationStatus, Revocations, SchemeName};
use crate::scheme::{Answer, Described, Identity, Outcome, Properties, Scheme};
use crate::secret::debug_only;
use crate::session::{
    Accounts, Binding, Found, FoundAccount, NO_ANSWER, NO_LAYER, Records, RequestSession, SessionCookie,
    Sessions, Space, StoredSignIn, is_carried,
};

/// Authenticates callers by a session cookie, after
/// [`Sessions::sign_in`](Sessions::sign_in). Created by [`Sessions::scheme`].
///
/// | cookie | response |
/// |---|---|
/// | no session, or a session without a sign-in for this gate | as without a cookie |
/// | malformed, or two cookies | 401 `credentials_malformed` |
/// | a session whose data cannot be read | 401 `credentials_rejected` |
/// | a sign-in older than the absolute lifetime, or than its own lifetime | 401 `credentials_expired` |
/// | an account that was removed, or whose password has changed | 401 `credentials_revoked` |
/// | the session store or the accounts are unavailable | 503 |
///
/// The accounts of the module `oidc` are those of users who sign in by a provider. Their sessions
/// end when the provider ends them.
///
/// A session that was idle for too long is removed from the store, so its cookie has no session.
///
/// # Examples
///
/// ```
/// use authgate::session::{Accounts, Sessions};
/// use authgate::{Authenticated, ConfigError, Gate, Router, routing::get};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// fn app(sessions: &Sessions, accounts: impl Accounts<User>) -> Result<axum::Router, ConfigError> {
///     let gate = Gate::builder().scheme(sessions.scheme(accounts).realm("app")).build()?;
///     Ok(Router::new().route("/me", get(me)).layer(sessions.layer()).with_state(gate))
/// }
/// ```
pub struct SessionScheme<A = ()> {
    space: Arc<Space>,
    accounts: Arc<A>,
}

impl<A> SessionScheme<A> {
    pub(crate) fn new(sessions: Sessions, accounts: A) -> Self {
        let space = Space { sessions, realm: String::new() };
        Self { space: Arc::new(space), accounts: Arc::new(accounts) }
    }

    /// Sets the name of the protected area that users see (RFC 9110 section 11.5). Required.
    ///
    /// Sign-ins are bound to it. Renaming it signs all users out.
    #[must_use]
    pub fn realm(self, realm: impl Into<String>) -> Self {
        let space = Space { sessions: self.space.sessions.clone(), realm: realm.into() };
        Self { space: Arc::new(space), ..self }
    }
}

impl<A> SchemeName for SessionScheme<A> {
    const NAME: &'static str = "Cookie";
}

impl<P: Principal, A: Accounts<P>> Scheme<P> for SessionScheme<A> {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(&self.space.realm).only_alone()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let found =
            RequestSession::of(presented.extensions()).filter(|found| found.is_of(&self.space.sessions));
        let Some(found) = found else {
            tracing::error!(target: "authgate::gate", "{NO_LAYER}");
            return Outcome::Unavailable.into();
        };
        match found.cookie {
            SessionCookie::One(id) => {
                let (space, accounts) = (Arc::clone(&self.space), Arc::clone(&self.accounts));
                let check = SignInCheck { space, accounts, id, principal: PhantomData };
                Answer::pending(check.identify(found.clone()))
            }
            SessionCookie::Absent => Outcome::NoCredentials.into(),
            SessionCookie::Malformed | SessionCookie::Several => {
                rejected(Self::NAME, "cookie");
                Outcome::Rejected(CredentialError::Malformed).into()
            }
        }
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        is_carried(presented.headers(), self.space.sessions.config.cookie())
    }

    fn properties(&self) -> Properties {
        let config = &self.space.sessions.config;
        let location = Described::Cookie(config.cookie().to_owned());
        let properties = Properties::new()
            .fields([COOKIE])
            .location(location)
            .weaker(&config.weaker)
            .signs_in_to(Arc::<Space>::clone(&self.space))
            .login_page(self.accounts.__login_page());
        if self.accounts.__forbids() { properties.forbids() } else { properties }
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.space.realm.is_empty()
            || Challenge::new(Self::NAME).realm(&self.space.realm).get("realm") != Some(&self.space.realm)
        {
            return Err(ConfigError::new(format!(
                "cannot send the realm {:?} of the sessions: use printable ASCII without quotes and backslashes, \
                 such as `sessions.scheme(accounts).realm(\"app\")`",
                self.space.realm
            )));
        }
        if !self.space.sessions.claim(&self.space.binding::<P>(), TypeId::of::<(P, A)>()) {
            return Err(ConfigError::new(format!(
                "two gates of these sessions have the realm {:?} and a principal named `{}`, and would accept each \
                 other's sign-ins: use a different realm for each gate",
                self.space.realm,
                P::NAME
            )));
        }
        self.space.sessions.config.check()
    }
}

/// Checks the sign-in of a session, for a request and for
/// [`Authenticated::expired`](crate::Authenticated::expired).
struct SignInCheck<P, A> {
    space: Arc<Space>,
    accounts: Arc<A>,
    id: Id,
    principal: PhantomData<fn() -> P>,
}

impl<P: Principal, A: Accounts<P>> SignInCheck<P, A> {
    async fn identify(mut self, found: RequestSession) -> Outcome<P> {
        match self.find(&found).await {
            Outcome::Authenticated(mut identity) => {
                // The request may have signed in, which gives the session a new id.
                self.id = found.session.id().unwrap_or(self.id);
                identity.context = identity.context.with_revocations(Arc::new(self));
                Outcome::Authenticated(identity)
            }
            other => other,
        }
    }

    async fn find(&self, found: &RequestSession) -> Outcome<P> {
        let records = match Records::of(&found.session).await {
            Ok(Some(records)) => records,
            Ok(None) => {
                rejected(SessionScheme::<A>::NAME, "data of the session");
                return Outcome::Rejected(CredentialError::Rejected);
            }
            Err(error) => {
                tracing::error!(target: "authgate::gate", error = %OneLine(&error), "{NO_ANSWER}");
                return Outcome::Unavailable;
            }
        };
        let binding = self.space.binding::<P>();
        let signed_in = match records.find(&binding) {
            Found::SignedIn(signed_in) => signed_in,
            Found::Unreadable => {
                rejected(SessionScheme::<A>::NAME, "record of the sign-in");
                return Outcome::Rejected(CredentialError::Rejected);
            }
            Found::Nothing => return Outcome::NoCredentials,
        };
        // `None` if the time overflows.
        let absolute = self.space.sessions.config.absolute;
        let expires_at = signed_in.until.or_else(|| signed_in.at.checked_add(absolute));
        let is_idle = signed_in.until.is_none() && found.is_idle();
        if is_idle || expires_at.is_some_and(|end| end <= SystemTime::now()) {
            rejected(SessionScheme::<A>::NAME, if is_idle { "idle time" } else { "lifetime" });
            return end(found, &binding, CredentialError::Expired).await;
        }
        let context = Context::of(SessionScheme::<A>::NAME).with_expires_at(expires_at);
        let context = signed_in.strength.tell(context, signed_in.at);
        let stored =
            StoredSignIn { id: &signed_in.id, id_token: signed_in.id_token.as_deref(), at: signed_in.at };
        let missing = match self.accounts.__look_up(stored, context).await {
            Ok(FoundAccount::Known(account, context)) if account.secret.is(&signed_in.secret, &binding) => {
                found.mark_used();
                return Outcome::Authenticated(Identity::new(account.principal, context));
            }
            Ok(FoundAccount::Forbidden(reason)) => return Outcome::Forbidden(reason),
            // The secret of an account changes with its password.
            Ok(FoundAccount::Known(..)) => "secret of the account",
            Ok(FoundAccount::Unknown) => "account",
            Err(error) => {
                tracing::error!(target: "authgate::gate", error = %OneLine(&error), "the account store does not answer");
                return Outcome::Unavailable;
            }
        };
        rejected(SessionScheme::<A>::NAME, missing);
        end(found, &binding, CredentialError::Revoked).await
    }
}

#[diagnostic::do_not_recommend]
impl<P: Principal, A: Accounts<P>> Revocations for SignInCheck<P, A> {
    async fn status(&self, _: &Context) -> RevocationStatus {
        let found = RequestSession::again(self.space.sessions.clone(), self.id);
        match self.find(&found).await {
            Outcome::Authenticated(_) => RevocationStatus::Good,
            Outcome::Unavailable | Outcome::Busy => RevocationStatus::Unavailable,
            _ => RevocationStatus::Revoked,
        }
    }
}

async fn end<P>(found: &RequestSession, binding: &Binding<'_>, fault: CredentialError) -> Outcome<P> {
    if let Err(error) = found.expire(binding).await {
        tracing::warn!(target: "authgate::gate", error = %OneLine(&error), "cannot remove an expired sign-in");
    }
    Outcome::Rejected(fault)
}

debug_only!([A] SessionScheme<A> { realm: space.realm, sessions: space.sessions });
