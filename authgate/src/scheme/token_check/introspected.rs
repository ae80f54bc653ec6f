//! Tokens that their issuer is asked about (RFC 7662).

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::{CompletePrincipal, TokenCheck, looked_up};
use crate::jws::{Introspected, Introspecting, Introspector, Lookup};
use crate::log::rejected;
use crate::right::{Context, CredentialError, DynRevocations, RevocationStatus, Revocations, SchemeName};
use crate::scheme::{Answer, Bearer, Identity, Outcome};

impl TokenCheck {
    /// Authenticates the caller by the answer of the issuer.
    pub(super) fn introspected<P: DeserializeOwned + Send + 'static>(
        &self,
        introspecting: Introspecting,
        token: &[u8],
        complete: impl CompletePrincipal<P>,
    ) -> Answer<P> {
        let decide = move |check: &Self, source: &Arc<Recheck>, answer: Introspected| {
            check.by_answer(&introspecting.issuer, source, answer, complete)
        };
        // An opaque token may lack an id.
        let listed = self.revocations.clone().map(|listed| Arc::new(IdsOptional(listed)) as _);
        self.with_answer(introspecting.introspector, token, listed, decide)
    }

    /// Checks that a token that was verified here is still active, if its issuer introspects JWTs.
    #[cold]
    #[inline(never)]
    pub(super) fn unless_inactive<P: Send + 'static>(
        &self,
        token: &[u8],
        identity: Identity<P>,
    ) -> Answer<P> {
        let introspecting =
            identity.context.issuer().and_then(|issuer| self.verifier.introspecting_jwts_of(issuer));
        let Some(Introspecting { issuer, introspector }) = introspecting else {
            return self.unless_listed(identity);
        };
        self.with_answer(introspector, token, self.revocations.clone(), move |check, source, answer| {
            let fault = match answer {
                Introspected::Inactive => CredentialError::Revoked,
                Introspected::Active(claims) => {
                    match check.verifier.confirmed(&issuer, &claims, SystemTime::now()) {
                        Ok(()) => return source.attached(check.unless_listed(identity)),
                        Err(fault) => fault,
                    }
                }
            };
            rejected(Bearer::<()>::NAME, "introspection of a verified token");
            Outcome::Rejected(fault).into()
        })
    }

    /// Decides by the answer of the issuer. Waits for it unless it is cached.
    fn with_answer<P: Send + 'static>(
        &self,
        introspector: Arc<Introspector>,
        token: &[u8],
        listed: Option<Arc<dyn DynRevocations>>,
        decide: impl FnOnce(&Self, &Arc<Recheck>, Introspected) -> Answer<P> + Send + 'static,
    ) -> Answer<P> {
        let lookup = introspector.look_up(token);
        let source = Arc::new(Recheck { introspector, token: token.into(), listed });
        match lookup {
            Lookup::Known(answer) => decide(self, &source, answer),
            Lookup::Wait(answer) => {
                let check = self.clone();
                Answer::pending(async move {
                    match answer.await {
                        Some(answer) => decide(&check, &source, answer).outcome().await,
                        None => unavailable(),
                    }
                })
            }
            Lookup::Unavailable => unavailable().into(),
            Lookup::Busy => {
                rejected(Bearer::<()>::NAME, "number of tokens that wait for introspection");
                Outcome::Busy.into()
            }
        }
    }

    fn by_answer<P: DeserializeOwned + Send + 'static>(
        &self,
        issuer: &str,
        source: &Arc<Recheck>,
        answer: Introspected,
        complete: impl CompletePrincipal<P>,
    ) -> Answer<P> {
        let Introspected::Active(claims) = answer else {
            rejected(Bearer::<()>::NAME, "introspection: the token is not active");
            return Outcome::Rejected(CredentialError::Rejected).into();
        };
        let checked = self.verifier.introspected::<P>(issuer, &claims, SystemTime::now());
        let checked = checked.and_then(|(mut principal, context)| match complete(&mut principal, &context) {
            true => Ok((principal, context)),
            false => Err(CredentialError::Malformed),
        });
        match checked {
            Ok((principal, context)) => {
                let identity = Identity::new(principal, context);
                source.attached(match &source.listed {
                    None => Outcome::Authenticated(identity).into(),
                    Some(listed) => looked_up(Arc::clone(listed), identity),
                })
            }
            Err(fault) => {
                self.verifier.log_cause_in_answer::<P>(issuer, &claims, fault);
                Outcome::Rejected(fault).into()
            }
        }
    }
}

fn unavailable<P>() -> Outcome<P> {
    rejected(Bearer::<()>::NAME, "introspection, which failed");
    Outcome::Unavailable
}

/// Asks the issuer again about the token of a connection that outlives its request.
struct Recheck {
    introspector: Arc<Introspector>,
    token: Box<[u8]>,
    /// The revocations of the scheme.
    listed: Option<Arc<dyn DynRevocations>>,
}

impl Recheck {
    /// Makes this the source that the credential of an authenticated caller is checked with again.
    fn attached<P: Send + 'static>(self: &Arc<Self>, answer: Answer<P>) -> Answer<P> {
        fn attach<P>(outcome: Outcome<P>, source: Arc<Recheck>) -> Outcome<P> {
            match outcome {
                Outcome::Authenticated(mut identity) => {
                    identity.context = identity.context.checked_with(source);
                    Outcome::Authenticated(identity)
                }
                other => other,
            }
        }
        let source = Arc::clone(self);
        match answer {
            Answer::Ready(outcome) => attach(outcome, source).into(),
            Answer::Pending(outcome) => Answer::pending(async move { attach(outcome.await, source) }),
        }
    }
}

impl Revocations for Recheck {
    async fn status(&self, context: &Context) -> RevocationStatus {
        let answer = match self.introspector.look_up(&self.token) {
            Lookup::Known(answer) => Some(answer),
            Lookup::Wait(answer) => answer.await,
            Lookup::Unavailable | Lookup::Busy => None,
        };
        match (answer, &self.listed) {
            (None, _) => RevocationStatus::Unavailable,
            (Some(Introspected::Inactive), _) => RevocationStatus::Revoked,
            (Some(Introspected::Active(_)), Some(listed)) => listed.dyn_status(context).await,
            (Some(Introspected::Active(_)), None) => RevocationStatus::Good,
        }
    }
}

/// Revocations of tokens that may lack an id.
struct IdsOptional(Arc<dyn DynRevocations>);

impl IdsOptional {
    const fn without_id_is_good(status: RevocationStatus) -> RevocationStatus {
        match status {
            RevocationStatus::WithoutId => RevocationStatus::Good,
            other => other,
        }
    }
}

impl Revocations for IdsOptional {
    async fn status(&self, context: &Context) -> RevocationStatus {
        Self::without_id_is_good(self.0.dyn_status(context).await)
    }

    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        self.0.dyn_status_now(context).map(Self::without_id_is_good)
    }
}
