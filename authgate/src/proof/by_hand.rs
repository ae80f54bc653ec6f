//! Rights over resources that the path does not name, checked by hand.

use std::pin::Pin;
use std::sync::Arc;

use super::granted::{decide, decide_with};
use super::{Authenticated, Authorized, Granted};
use crate::denial::Denial;
use crate::proof::resource::{Async, AsyncPolicy, DecidesNow, DeclaredPolicy, IsLoaded};
use crate::right::{Principal, Reason};

/// The future of a decision by an [`AsyncPolicy`].
type Granting<'a, R, T, P> =
    Pin<Box<dyn Future<Output = Result<Granted<Async<R>, T, P>, Denial>> + Send + 'a>>;

impl<P: Principal> Authenticated<P> {
    /// Returns the denial for a resource that does not exist: 404. The response is byte for byte
    /// identical to that for a resource whose existence is [`concealed`](Denial::concealed) from
    /// the caller.
    ///
    /// ```
    /// use authgate::{Authenticated, Denial, Granted, Policy, Principal};
    /// use authgate::resource::Loaded;
    ///
    /// struct Report;
    ///
    /// async fn find<P: Principal, CanRead: Policy<Report, Principal = P>>(
    ///     user: Authenticated<P>,
    ///     found: Option<Loaded<Report>>,
    /// ) -> Result<Granted<CanRead, Report, P>, Denial> {
    ///     let Some(report) = found else { return Err(user.not_found()) };
    ///     user.authorize_on(report).map_err(Denial::concealed)
    /// }
    /// ```
    pub fn not_found(&self) -> Denial {
        let denial = self.gate.deny(Reason::NotFound, self.client.clone()).attempted(self.scheme);
        denial.decided(None, &*self.principal, &self.context).log(None)
    }

    /// Grants a right over a resource that the path does not name. Its id may be in the body, or a
    /// query may have found it.
    ///
    /// Takes a [`Loaded<T>`](crate::resource::Loaded): the resource must come from the
    /// application's store, and not from the client.
    ///
    /// ```compile_fail
    /// use authgate::{Authenticated, Denial, Granted, Policy, Principal};
    ///
    /// struct Report { owner: String }
    /// fn edit<P: Principal, CanEdit: Policy<Report, Principal = P>>(
    ///     user: Authenticated<P>,
    ///     body: axum::Json<Report>, // the client names the owner
    /// ) -> Result<Granted<CanEdit, Report, P>, Denial> {
    ///     user.authorize_on(body.0)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the policy does not allow it.
    pub fn authorize_on<R, T>(self, resource: impl IsLoaded<T>) -> Result<Granted<R, T, P>, Denial>
    where
        R: DecidesNow<T, P>,
        T: Send + 'static,
    {
        let resource = resource.value();
        decide::<R, T, P>(&self, &resource)?;
        Ok(Granted::new(resource, Arc::new(self)))
    }

    /// Grants a right by an [`AsyncPolicy`], as [`authorize_on`](Self::authorize_on) does by a
    /// [`Policy`](crate::Policy).
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the policy does not allow it, or does not decide within the gate's
    /// timeout.
    // Boxed, because for an `async fn` the compiler reports a value that is not loaded three times.
    pub fn authorize_on_async<'a, R, T, S>(
        self,
        resource: impl IsLoaded<T>,
        state: &'a S,
    ) -> Granting<'a, R, T, P>
    where
        R: AsyncPolicy<T, S, Principal = P>,
        T: Send + Sync + 'static,
        S: Sync,
    {
        let (resource, timeout) = (resource.value(), self.gate.timeout());
        Box::pin(async move {
            let decided = decide_with::<Async<R>, T, P, S>(&self, &resource, state, timeout).await;
            decided.map_err(|denial| denial.log(None))?;
            self.tell_allowed(Some(<Async<R> as DeclaredPolicy<T>>::RULE), None);
            Ok(Granted::new(resource, Arc::new(self)))
        })
    }
}

impl<Q, P: Principal> Authorized<Q, P> {
    /// Returns the denial for a resource that does not exist, as [`Authenticated::not_found`] does.
    pub fn not_found(&self) -> Denial {
        self.caller.not_found()
    }

    /// Grants a right over a resource that the path does not name, as
    /// [`Authenticated::authorize_on`] does.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the policy does not allow it.
    pub fn authorize_on<R, T>(self, resource: impl IsLoaded<T>) -> Result<Granted<R, T, P>, Denial>
    where
        R: DecidesNow<T, P>,
        T: Send + 'static,
    {
        self.into_authenticated().authorize_on(resource)
    }
}
