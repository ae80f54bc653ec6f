//! Limits on the passwords that a login handler verifies.

use std::time::Duration;

use super::Unauthenticated;
use crate::denial::Denial;
use crate::guard::{RunResult, in_time};
use crate::right::{CredentialError, Principal, Reason};
use crate::scheme::attempts::{AttemptLimits, LoginAttempt};

impl<P: Principal> Unauthenticated<P> {
    /// Counts an attempt to log in, before the password is verified. Call
    /// [`LoginAttempt::succeeded`] if it is correct, and [`LoginAttempt::withdraw`] if it could not
    /// be verified.
    ///
    /// Pass the name in the form in which accounts are looked up. Otherwise, each spelling of a
    /// name has its own limit.
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] in these cases:
    ///
    /// - The client has reached a limit: 429 with `Retry-After`.
    /// - The form was submitted by a page of another site: 403 `cross_site`. Such pages must not
    ///   use up the attempts of a user.
    /// - The address of the client is unknown, or the store of the attempts fails: 503. The cause
    ///   is logged.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::scheme::attempts::AttemptLimits;
    /// use authgate::{Denial, Principal, Unauthenticated};
    ///
    /// async fn is_correct(name: &str, password: &str) -> bool {
    ///     false
    /// }
    ///
    /// async fn login<P: Principal>(
    ///     caller: Unauthenticated<P>,
    ///     limits: &AttemptLimits,
    ///     (name, password): (&str, &str),
    /// ) -> Result<&'static str, Denial> {
    ///     let attempt = caller.start_attempt(limits, name, password).await?;
    ///     if !is_correct(name, password).await {
    ///         return Ok("The name or the password is wrong.");
    ///     }
    ///     attempt.succeeded().await;
    ///     Ok("Welcome.") // after `Sessions::sign_in`
    /// }
    /// ```
    pub async fn start_attempt(
        &self,
        limits: &AttemptLimits,
        account: &str,
        password: &str,
    ) -> Result<LoginAttempt, Denial> {
        self.refuse_cross_site()?;
        let started = limits.start(&self.credentials.presented(), account, password);
        match in_time(started, self.gate.timeout()).await {
            RunResult::Completed(Ok(attempt)) => Ok(attempt),
            RunResult::Completed(Err(error)) => match error.retry_after() {
                Some(retry_after) => Err(self.too_many_attempts(retry_after)),
                None => Err(self.refuse(Reason::Unavailable)),
            },
            RunResult::TimedOut => {
                tracing::error!(target: "authgate::gate", "the store of login attempts did not answer in time");
                Err(self.refuse(Reason::Unavailable))
            }
            RunResult::Panicked => Err(self.refuse(Reason::Failed)),
        }
    }

    /// Creates the denial for a client that has tried too often, for a limit of the application:
    /// 429 `too_many_attempts` with `Retry-After` (RFC 6585 section 4).
    pub fn too_many_attempts(&self, retry_after: Duration) -> Denial {
        self.refuse(Reason::InvalidCredentials(CredentialError::too_many_attempts(retry_after)))
    }

    /// Rejects a form that was submitted by a page of another site. Call it in a login handler
    /// before verifying a password.
    ///
    /// [`start_attempt`](Self::start_attempt), and the sign-in and the sign-out of sessions, call
    /// it themselves. It allows `GET` requests, which must therefore not sign users in.
    ///
    /// # Errors
    ///
    /// Returns a [`Denial`] with 403 `cross_site` if the request comes from another site.
    pub fn refuse_cross_site(&self) -> Result<(), Denial> {
        let Some(request) = self.credentials.request() else { return Ok(()) };
        self.gate.refuse_cross_site(request).map_err(|denial| denial.log(Some(request)))
    }

    /// Returns the denial for this reason, and logs it.
    pub(crate) fn refuse(&self, reason: Reason) -> Denial {
        let denial = self.gate.deny(reason, self.gate.client(self.credentials.headers()));
        denial.log(self.credentials.request())
    }
}
