//! Bearer tokens for tests. They are verified like real ones, with a key generated for the test.

use std::sync::Arc;
use std::time::SystemTime;

use super::stage::Callers;
use super::token::{TokenIssuer, secret};
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::jws::TrustedIssuers;
use crate::jws::{Issuer, Keys, Verifier};
use crate::right::{CredentialError, Principal};
use crate::scheme::{Answer, Identity, Outcome, Scheme};

/// Verifies Bearer tokens like the real scheme, and identifies a caller of the test.
pub(crate) struct TestBearer<P> {
    verifier: Verifier,
    challenge: Challenge,
    callers: Arc<Callers<P>>,
}

impl<P: Principal> TestBearer<P> {
    /// Creates a scheme that verifies like `verifier`, but with a generated key, and the mint for
    /// its tokens.
    pub(crate) fn of(
        mut verifier: Verifier,
        challenge: Challenge,
        callers: &Arc<Callers<P>>,
    ) -> (Self, TokenIssuer) {
        let secret = secret();
        let issuers: Vec<_> = {
            let trusted = verifier.issuers.now();
            trusted.as_slice().iter().flat_map(Issuer::names).map(ToString::to_string).collect()
        };
        let keys = Keys::hs256(&secret).ok();
        let with_keys = |name: &String| Some(Issuer::with_keys(name, keys.clone()?));
        verifier.issuers = TrustedIssuers::fixed(issuers.iter().filter_map(with_keys));
        let audience = verifier.audience.names().first().cloned();
        let audience_claim = verifier.audience.claim().to_owned();
        let mint = TokenIssuer { issuers, audience, audience_claim, secret };
        (Self { verifier, challenge, callers: Arc::clone(callers) }, mint)
    }
}

/// The claims of a test token that identify the caller.
#[derive(serde::Deserialize)]
struct Ticket {
    sub: String,
}

impl<P: Principal> Scheme<P> for TestBearer<P> {
    fn challenge(&self) -> Challenge {
        self.challenge.clone()
    }

    fn __verifier(&self) -> Option<&Verifier> {
        Some(&self.verifier)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        let token = presented.authorization().credential_of("Bearer").unwrap_or_default();
        let (ticket, context) = match self.verifier.verify::<Ticket>(token, SystemTime::now) {
            Ok(verified) => verified,
            Err(fault) => {
                return Outcome::Rejected(self.verifier.fault_for(
                    presented.is_for_several_gates(),
                    token,
                    fault,
                ))
                .into();
            }
        };
        let caller = ticket.sub.parse().ok().and_then(|number| self.callers.get(number));
        match caller.and_then(|caller| caller.try_build().ok()) {
            Some(principal) => Outcome::Authenticated(Identity::new(principal, context)).into(),
            None => Outcome::Rejected(CredentialError::Rejected).into(),
        }
    }
}
