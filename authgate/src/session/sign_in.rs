//! Signs callers in and out.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, SystemTime};

use tower_sessions_core::session::Error;

use super::account::Account;
use super::request_session::RequestSession;
use super::signed_in::SignedIn;
use super::{Binding, LoginAssurance, NO_ANSWER, NO_LAYER, NO_SCHEME, Sessions, Space};
#[cfg(feature = "oidc")]
use super::{Found, Records, SessionScheme, StoredSignIn};
use crate::denial::Denial;
use crate::error::BackendError;
use crate::guard::{RunResult, in_time};
use crate::log::OneLine;
use crate::proof::Unauthenticated;
#[cfg(feature = "oidc")]
use crate::right::SchemeName as _;
use crate::right::{Context, ForbiddenReason, Principal, Reason};

/// The maximum time for which a user is remembered. Browsers keep cookies for no longer.
const MOST_REMEMBERED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Sessions {
    /// Signs the caller in to the account with this id, in the session of the request. The
    /// application must have verified the caller's identity, for example by password.
    ///
    /// The session gets a new id, so that a client that knew the old id gains nothing (session
    /// fixation). It keeps the application's data, unless another account was signed in for this
    /// gate.
    ///
    /// The sign-in counts for this gate only. Sign-ins for other gates of the same session remain.
    ///
    /// The browser keeps the cookie until it is closed. [`sign_in_for`](Self::sign_in_for)
    /// remembers the user for longer.
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] in these cases:
    ///
    /// - The principal lacks a right that the gate requires of every caller
    ///   ([`GateBuilder::require`](crate::gate::GateBuilder::require)), such as an active account.
    ///   The response states the reason of the right. The session is unchanged. A right that some
    ///   routes waive is required as well. A login that is too old or too weak is not an error,
    ///   because a stronger one may follow.
    /// - The request comes from another site, which could sign users in to an account that is
    ///   not theirs.
    /// - The session store does not respond.
    /// - The gate has no scheme of these sessions, or the router has not their layer. The response
    ///   is then 503, and an event is logged.
    pub async fn sign_in<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
        id: &str,
        account: &Account<P>,
    ) -> Result<(), Denial> {
        self.sign_in_with(caller, id, account, LoginAssurance::new()).await
    }

    /// Signs the caller in as [`sign_in`](Self::sign_in) does, and records the strength of the
    /// login, such as a password and a code. The strength is replaced at the next sign-in.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::session::{Account, LoginAssurance, Sessions};
    /// use authgate::{Denial, Principal, Unauthenticated};
    ///
    /// async fn login<P: Principal>(
    ///     sessions: &Sessions,
    ///     caller: Unauthenticated<P>,
    ///     ada: Account<P>,
    /// ) -> Result<(), Denial> {
    ///     let assurance = LoginAssurance::new().with_amr(["pwd", "otp"]);
    ///     sessions.sign_in_with(&caller, "ada", &ada, assurance).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] in the cases listed at [`sign_in`](Self::sign_in).
    pub async fn sign_in_with<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
        id: &str,
        account: &Account<P>,
        strength: LoginAssurance,
    ) -> Result<(), Denial> {
        self.start(caller, (id, account), strength, None).await
    }

    /// Signs the caller in as [`sign_in`](Self::sign_in) does, and remembers them for this time, at
    /// most 400 days: "Keep me signed in".
    ///
    /// The cookie has the lifetime as `Max-Age` (RFC 6265bis section 4.1.2.2), so it outlives the
    /// browser. The sign-in ends after the lifetime, whether or not it is used.
    /// [`idle`](Self::idle) and [`absolute`](Self::absolute) do not apply to it. They still apply
    /// to the sign-ins of other gates in the same session.
    ///
    /// The login stays as old as it is. A right that requires a recent login
    /// ([`Fresh`](crate::right::Fresh)) asks a remembered user for the password again. A browser on
    /// a shared computer must not remember its user, so let the user choose.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use authgate::session::{Account, Sessions};
    /// use authgate::{Denial, Principal, Unauthenticated};
    ///
    /// const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    ///
    /// async fn login<P: Principal>(
    ///     sessions: &Sessions,
    ///     caller: Unauthenticated<P>,
    ///     ada: Account<P>,
    ///     keep_me_signed_in: bool,
    /// ) -> Result<(), Denial> {
    ///     if keep_me_signed_in {
    ///         sessions.sign_in_for(&caller, "ada", &ada, REMEMBERED).await
    ///     } else {
    ///         sessions.sign_in(&caller, "ada", &ada).await
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] in the cases listed at [`sign_in`](Self::sign_in).
    pub async fn sign_in_for<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
        id: &str,
        account: &Account<P>,
        lifetime: Duration,
    ) -> Result<(), Denial> {
        let lifetime = lifetime.min(MOST_REMEMBERED);
        self.start(caller, (id, account), LoginAssurance::new(), Some(lifetime)).await
    }

    async fn start<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
        (id, account): (&str, &Account<P>),
        strength: LoginAssurance,
        lifetime: Option<Duration>,
    ) -> Result<(), Denial> {
        caller.refuse_cross_site()?;
        let (found, binding, scheme) = self.session_of(caller)?;
        let at = SystemTime::now();
        let until = lifetime.and_then(|lifetime| at.checked_add(lifetime));
        let expires_at = until.or_else(|| at.checked_add(self.config.absolute));
        let context = Context::of(caller.gate().name_of(scheme)).with_expires_at(expires_at);
        caller.check_required_rights(account.principal(), &strength.clone().tell(context, at), scheme)?;
        let (id, secret) = (id.to_owned(), account.secret.to_tag(&binding));
        let signed_in = SignedIn { id, secret, at, until, strength, id_token: None };
        caller.completed(found, found.start(&binding, &signed_in)).await
    }

    /// Returns the context of a sign-in at this time, before the accounts add to it.
    #[cfg(feature = "oidc")]
    pub(crate) fn context_of(&self, strength: &LoginAssurance, at: SystemTime) -> Context {
        let expires_at = at.checked_add(self.config.absolute);
        strength.clone().tell(Context::of(SessionScheme::<()>::NAME).with_expires_at(expires_at), at)
    }

    /// Signs in a caller that a provider has authenticated, as [`sign_in`](Self::sign_in) does.
    ///
    /// The request may come from another site: the provider makes the browser send the response.
    /// The login must be known to be that of this browser.
    #[cfg(feature = "oidc")]
    pub(crate) async fn sign_in_by_provider<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
        account: &Account<P>,
        context: &Context,
        signed_in: (StoredSignIn<'_>, LoginAssurance),
    ) -> Result<(), Denial> {
        let (found, binding, scheme) = self.session_of(caller)?;
        caller.check_required_rights(account.principal(), context, scheme)?;
        let (StoredSignIn { id, id_token, at }, strength) = signed_in;
        let (id, secret) = (id.to_owned(), account.secret.to_tag(&binding));
        let id_token = id_token.map(str::to_owned);
        let signed_in = SignedIn { id, secret, at, until: None, strength, id_token };
        caller.completed(found, found.start(&binding, &signed_in)).await
    }

    /// Returns the ID token of a caller that a provider has signed in.
    #[cfg(feature = "oidc")]
    pub(crate) async fn id_token_of<P: Principal>(
        &self,
        caller: &Unauthenticated<P>,
    ) -> Result<Option<String>, Denial> {
        caller.refuse_cross_site()?;
        let (found, binding, _) = self.session_of(caller)?;
        let mut records = None;
        let load = async {
            records = Records::of(&found.session).await?;
            Ok(())
        };
        caller.completed(found, load).await?;
        Ok(match records.map(|records| records.find(&binding)) {
            Some(Found::SignedIn(signed_in)) => signed_in.id_token,
            _ => None,
        })
    }

    /// Signs the caller out of this gate. Sign-ins for other gates remain. With its last sign-in,
    /// the session is deleted with all its data, and the browser removes the cookie. It is not an
    /// error if the caller is not signed in, for example because another tab has signed out before.
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] in the cases listed at [`sign_in`](Self::sign_in). If the session store
    /// does not respond, the session is still alive.
    pub async fn sign_out<P: Principal>(&self, caller: &Unauthenticated<P>) -> Result<(), Denial> {
        caller.refuse_cross_site()?;
        let (found, binding, _) = self.session_of(caller)?;
        if found.session.id().is_none() {
            return Ok(());
        }
        caller.completed(found, found.end(&binding)).await
    }

    /// Returns the session of the request, the binding for a sign-in, and the index of the session
    /// scheme.
    fn session_of<'a, P: Principal>(
        &self,
        caller: &'a Unauthenticated<P>,
    ) -> Result<(&'a RequestSession, Binding<'a>, usize), Denial> {
        caller.forget();
        let spaces = caller.gate().session_spaces();
        let mut spaces = spaces.filter_map(|(index, space)| Some((index, space.downcast_ref::<Space>()?)));
        let space = spaces.find(|(_, space)| space.sessions.are(self));
        let (scheme, space) = space.ok_or_else(|| caller.misconfigured(NO_SCHEME))?;
        let request = caller.credentials().request();
        let found = request.and_then(|request| RequestSession::of(&request.extensions));
        let found = found.filter(|found| found.is_of(self)).ok_or_else(|| caller.misconfigured(NO_LAYER))?;
        Ok((found, space.binding::<P>(), scheme))
    }
}

impl<P: Principal> Unauthenticated<P> {
    /// Creates the denial for a caller who cannot be identified because the application's accounts
    /// do not respond: 503. The reason is logged.
    pub fn unavailable(&self, why: &BackendError) -> Denial {
        self.backend_failed(why, "the account store does not answer")
    }

    /// Creates the denial for a login that was not verified because too many passwords are waiting
    /// (`authgate::scheme::Login::Busy`): 503 with `Retry-After`.
    pub fn busy(&self) -> Denial {
        self.refuse(Reason::Busy)
    }

    /// Checks the rights that the gate requires of every caller. A stronger login may follow, so a
    /// login that is too weak is not an error.
    fn check_required_rights(&self, principal: &P, context: &Context, scheme: usize) -> Result<(), Denial> {
        let gate = self.gate();
        let by_login = Reason::Forbidden(ForbiddenReason::Login);
        let mut lacked = gate.lacked_rights(principal, context, None);
        let Some((refused, right)) = lacked.find(|(refused, _)| refused.reason != by_login) else {
            return Ok(());
        };
        let denial = gate.deny(
            refused.reason,
            gate.known_client(self.credentials().headers(), self.credentials().request()),
        );
        let denial = denial.attempted(scheme).right(right);
        Err(denial.decided(refused.why, principal, context).log(self.credentials().request()))
    }

    fn misconfigured(&self, what: &str) -> Denial {
        tracing::error!(target: "authgate::gate", "{what}");
        self.unavailable_denial()
    }

    /// Waits for a sign-in or sign-out. If it fails, the session in the store is unchanged.
    async fn completed(
        &self,
        found: &RequestSession,
        work: impl Future<Output = Result<(), Error>>,
    ) -> Result<(), Denial> {
        let ended = in_time(work, RequestSession::PATIENCE).await;
        if !matches!(ended, RunResult::Completed(Ok(()))) {
            found.discard();
        }
        match ended {
            RunResult::Completed(Ok(())) => Ok(()),
            RunResult::Completed(Err(error)) => Err(self.backend_failed(&error, NO_ANSWER)),
            RunResult::TimedOut => Err(self.misconfigured(NO_ANSWER)),
            RunResult::Panicked => Err(self.refuse(Reason::Failed)),
        }
    }

    fn backend_failed(&self, error: &dyn Display, what: &str) -> Denial {
        tracing::error!(target: "authgate::gate", error = %OneLine(&error), "{what}");
        self.unavailable_denial()
    }

    fn unavailable_denial(&self) -> Denial {
        self.refuse(Reason::Unavailable)
    }
}
