//! How a caller comes to be signed in, and ceases to be.

use std::fmt::Display;
use std::time::SystemTime;

use tower_sessions_core::session::Error;

use super::account::{Account, Unavailable};
use super::in_request::InRequest;
use super::signed_in::SignedIn;
use super::{NO_LAYER, Strength};
use crate::denial::{Denial, Reason};
use crate::proof::Unauthenticated;
use crate::right::Principal;

impl<P: Principal> Unauthenticated<P> {
    /// Signs the caller in to the account of this id, by the session of his request. The application has made sure
    /// that he is who he says, by his password for example.
    ///
    /// The session gets a new id, so that who knew the old one has nothing of it (session fixation), and keeps what the
    /// application has put there, unless that was for somebody else who was signed in.
    ///
    /// # Errors
    ///
    /// The request comes from another site, which could sign people in to an account that is not theirs; or the store
    /// of sessions does not answer.
    pub async fn sign_in(&self, id: &str, account: &Account<P>) -> Result<(), Denial> {
        self.sign_in_with(id, account, Strength::new()).await
    }

    /// [`sign_in`](Self::sign_in), and says how strongly the caller has proved who he is: by a password and a code, for example.
    /// It holds until he signs in again, and then what is said there.
    ///
    /// ```
    /// # use authgate::{Denial, Principal, Unauthenticated, session::{Account, Strength}};
    /// # async fn login<P: Principal>(caller: Unauthenticated<P>, ada: Account<P>) -> Result<(), Denial> {
    /// caller.sign_in_with("ada", &ada, Strength::new().with_amr(["pwd", "otp"])).await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`sign_in`](Self::sign_in).
    pub async fn sign_in_with(
        &self,
        id: &str,
        account: &Account<P>,
        strength: Strength,
    ) -> Result<(), Denial> {
        let found = self.session()?;
        let (id, secret, at) = (id.to_owned(), account.secret.to_tag(), SystemTime::now());
        let signed_in = SignedIn { id, secret, at, strength };
        start(found, &signed_in).await.map_err(|error| self.failed(found, &error))
    }

    /// Signs the caller out: ends the session of his request with all that is in it, and has the browser forget it.
    /// Nothing happens to who is not signed in, as somebody who has just signed out in another tab.
    ///
    /// # Errors
    ///
    /// The request comes from another site; or the store of sessions does not answer, and the session is still alive.
    pub async fn sign_out(&self) -> Result<(), Denial> {
        let found = self.session()?;
        if found.session.id().is_none() {
            return Ok(());
        }
        found.session.flush().await.map_err(|error| self.failed(found, &error))
    }

    /// Refuses a form that a page of another site has sent: for a login handler, before it looks at a password.
    /// [`sign_in`](Self::sign_in) and [`sign_out`](Self::sign_out) do it themselves. As they do, it lets `GET` pass, which
    /// is not to sign anybody in.
    ///
    /// # Errors
    ///
    /// The request comes from another site: 403 `cross_site`.
    pub fn refuse_cross_site(&self) -> Result<(), Denial> {
        let Some(request) = self.credentials().request() else { return Ok(()) };
        self.gate().refuse_cross_site(request).map_err(|denial| denial.told(Some(request)))
    }

    /// What to answer where it cannot be found out who the caller is, because the application's own accounts do not
    /// answer: 503, and the operator is told why.
    pub fn undecided(&self, why: &Unavailable) -> Denial {
        self.unavailable(why, "the accounts do not answer")
    }

    /// The session of the request, which has not been sent by another site.
    fn session(&self) -> Result<&InRequest, Denial> {
        self.refuse_cross_site()?;
        let request = self.credentials().request();
        request.and_then(|request| InRequest::of(&request.extensions)).ok_or_else(|| {
            tracing::error!(target: "authgate::gate", "{NO_LAYER}");
            self.cannot_say()
        })
    }

    fn failed(&self, found: &InRequest, error: &Error) -> Denial {
        found.give_up();
        self.unavailable(error, "the store of sessions does not answer")
    }

    fn unavailable(&self, error: &dyn Display, what: &str) -> Denial {
        tracing::error!(target: "authgate::gate", %error, "{what}");
        self.cannot_say()
    }

    fn cannot_say(&self) -> Denial {
        let denial = self.gate().deny(Reason::Undecided, self.gate().client(self.credentials().headers()));
        denial.told(self.credentials().request())
    }
}

async fn start(found: &InRequest, signed_in: &SignedIn) -> Result<(), Error> {
    let session = &found.session;
    let before = SignedIn::of(session).await?;
    if before.is_some_and(|before| before.is_none_or(|before| before.id != signed_in.id)) {
        session.clear().await;
    }
    session.cycle_id().await?;
    signed_in.keep(session).await?;
    session.save().await
}
