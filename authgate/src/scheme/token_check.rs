//! Checks a presented token: signature and claims, keys that are still to be fetched, revocation.

#[cfg(feature = "oauth")]
mod introspected;

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

#[cfg(feature = "oauth")]
use crate::denial::resource_metadata::ProtectedPaths;
use crate::jws::Verifier;
#[cfg(feature = "oauth")]
use crate::jws::{Issuer, NextStep};
use crate::log::rejected;
use crate::right::{Context, CredentialError, DynRevocations, RevocationStatus, SchemeName};
use crate::scheme::{Answer, Bearer, Identity, Outcome};
#[cfg(feature = "oauth")]
use crate::scheme::{Described, Properties};

/// Completes a principal, and returns `false` if it has no name.
pub(crate) trait CompletePrincipal<P>:
    FnOnce(&mut P, &Context) -> bool + Copy + Send + 'static
{
}
impl<P, F: FnOnce(&mut P, &Context) -> bool + Copy + Send + 'static> CompletePrincipal<P> for F {}

/// Checks the tokens of a scheme. A request that waits for keys owns a clone.
#[derive(Clone)]
pub(crate) struct TokenCheck {
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) revocations: Option<Arc<dyn DynRevocations>>,
    /// The resources that the challenge of the scheme names.
    #[cfg(feature = "oauth")]
    pub(crate) resources: Option<Arc<ProtectedPaths>>,
}

impl TokenCheck {
    pub(crate) const fn new(verifier: Arc<Verifier>) -> Self {
        Self {
            verifier,
            revocations: None,
            #[cfg(feature = "oauth")]
            resources: None,
        }
    }

    /// Looks up the revocation of each verified token.
    pub(crate) fn set_revocations(&mut self, revocations: Arc<dyn DynRevocations>) {
        self.verifier_mut().is_revocable = true;
        self.revocations = Some(revocations);
    }

    pub(crate) fn verifier_mut(&mut self) -> &mut Verifier {
        Arc::make_mut(&mut self.verifier)
    }

    /// Adds what the issuers and the resources add to the properties of a scheme.
    #[cfg(feature = "oauth")]
    pub(crate) fn complete(&self, properties: Properties) -> Properties {
        let issuers = self.verifier.issuers.now();
        let weaker = issuers.as_slice().iter().flat_map(Issuer::weaker).collect::<Vec<_>>();
        properties.weaker(&weaker).of_tokens(&self.verifier, self.resources.as_ref())
    }

    /// Describes tokens that a provider issues, or that are not all JWTs.
    #[cfg(feature = "oauth")]
    pub(crate) fn described(&self) -> Option<Described> {
        let issuers = self.verifier.issuers.now();
        let all = issuers.as_slice();
        let provider = match all {
            [issuer] if issuer.is_remote() => issuer.identifier(),
            _ => None,
        };
        if let Some(name) = provider {
            let url = format!("{}/.well-known/openid-configuration", name.trim_end_matches('/'));
            return Some(Described::OpenIdConnect { url });
        }
        let takes_others = all.iter().any(Issuer::takes_opaque_tokens);
        takes_others.then_some(Described::Authorization { format: None })
    }

    /// Verifies the token at the time `now`.
    pub(crate) fn verified<P: DeserializeOwned>(
        &self,
        token: &[u8],
        now: impl FnOnce() -> SystemTime,
        complete: impl CompletePrincipal<P>,
    ) -> Result<(P, Context), CredentialError> {
        let mut verified = self.verifier.verify::<P>(token, now);
        if let Ok((principal, context)) = &mut verified
            && !complete(principal, context)
        {
            return Err(CredentialError::Malformed);
        }
        verified
    }

    /// Returns the answer for a token that was rejected with `fault`. The token is introspected if
    /// its issuer may do so, and verified again if its key may be fetched.
    pub(crate) fn after_fault<P: DeserializeOwned + Send + 'static>(
        &self,
        token: &[u8],
        is_for_several_gates: bool,
        fault: CredentialError,
        complete: impl CompletePrincipal<P>,
    ) -> Answer<P> {
        #[cfg(feature = "oauth")]
        if let Some(introspecting) = self.verifier.introspecting(token, is_for_several_gates) {
            return self.introspected(introspecting, token, complete);
        }
        #[cfg(feature = "oauth")]
        match self.verifier.next_step(token, fault) {
            NextStep::Reject => {}
            NextStep::Unavailable => return no_keys().into(),
            NextStep::Wait(fetched) => {
                let (check, token) = (self.clone(), token.to_vec());
                return Answer::pending(async move {
                    let is_fetched = fetched.await;
                    match check.verified(&token, SystemTime::now, complete) {
                        Ok((principal, context)) => {
                            let identity = Identity::new(principal, context);
                            check.unless_revoked(&token, identity).outcome().await
                        }
                        Err(CredentialError::Rejected) if !is_fetched => no_keys(),
                        Err(fault) => check.rejected::<P>(&token, is_for_several_gates, fault),
                    }
                });
            }
        }
        #[cfg(not(feature = "oauth"))]
        let _ = complete;
        self.rejected::<P>(token, is_for_several_gates, fault).into()
    }

    /// Returns the outcome for a rejected token, and logs the cause.
    fn rejected<P: DeserializeOwned>(
        &self,
        token: &[u8],
        is_for_several_gates: bool,
        fault: CredentialError,
    ) -> Outcome<P> {
        let fault = self.verifier.fault_for(is_for_several_gates, token, fault);
        self.verifier.log_cause::<P>(token, fault);
        Outcome::Rejected(fault)
    }

    /// Checks a verified token for revocation, after all other checks have passed.
    #[inline]
    pub(crate) fn unless_revoked<P: Send + 'static>(&self, token: &[u8], identity: Identity<P>) -> Answer<P> {
        #[cfg(feature = "oauth")]
        if self.verifier.issuers.introspects_jwts() {
            return self.unless_inactive(token, identity);
        }
        #[cfg(not(feature = "oauth"))]
        let _ = token;
        self.unless_listed(identity)
    }

    /// Checks the revocations of the scheme.
    #[inline]
    fn unless_listed<P: Send + 'static>(&self, identity: Identity<P>) -> Answer<P> {
        match &self.revocations {
            None => Outcome::Authenticated(identity).into(),
            Some(revocations) => looked_up(Arc::clone(revocations), identity),
        }
    }
}

/// The outcome for a token that cannot be checked, because its issuer does not answer.
#[cfg(feature = "oauth")]
fn no_keys<P>() -> Outcome<P> {
    rejected(Bearer::<()>::NAME, "keys of the issuer, which cannot be fetched");
    Outcome::Unavailable
}

#[inline(never)]
fn looked_up<P: Send + 'static>(revocations: Arc<dyn DynRevocations>, identity: Identity<P>) -> Answer<P> {
    match revocations.dyn_status_now(&identity.context) {
        Some(status) => outcome(status, identity, revocations).into(),
        None => Answer::pending(async move {
            // The future must not borrow the principal, which may not be `Sync`.
            let context = &identity.context;
            let status = revocations.dyn_status(context).await;
            outcome(status, identity, revocations)
        }),
    }
}

fn outcome<P>(
    status: RevocationStatus,
    identity: Identity<P>,
    revocations: Arc<dyn DynRevocations>,
) -> Outcome<P> {
    match status {
        RevocationStatus::Good => {
            let context = identity.context.checked_with(revocations);
            Outcome::Authenticated(Identity { context, ..identity })
        }
        RevocationStatus::Revoked => Outcome::Rejected(CredentialError::Revoked),
        RevocationStatus::WithoutId => {
            rejected(Bearer::<()>::NAME, "token id, which revocation needs");
            Outcome::Rejected(CredentialError::Malformed)
        }
        RevocationStatus::Unavailable => Outcome::Unavailable,
    }
}
