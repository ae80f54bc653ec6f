//! Checks the settings of a [`Bearer`] when the gate is built.

use super::Bearer;
use crate::ConfigError;
use crate::jws::{Audience, Leeway};
use crate::right::{Principal, Subjects};

impl<C> Bearer<C> {
    pub(crate) fn check_settings(&self) -> Result<(), ConfigError> {
        if let Some(leeway) = self.leeway.filter(|leeway| leeway.as_secs() > Leeway::MOST.into()) {
            return Err(ConfigError::new(format!(
                "a leeway of {} seconds accepts tokens long after they expire: set at most {}, and synchronize the \
                 clocks",
                leeway.as_secs(),
                Leeway::MOST
            )));
        }
        if self.changes_shared_issuers {
            return Err(ConfigError::new(
                "the issuers of an `AccessTokens` are changed for one scheme only: add them with \
                 `AccessTokens::and(..)`, or create another `AccessTokens`",
            ));
        }
        let trusted = self.check.verifier.issuers.now();
        let issuers = trusted.as_slice();
        let own = issuers.iter().filter_map(|issuer| issuer.audience.as_ref());
        own.chain([&self.check.verifier.audience]).try_for_each(check_audience)?;
        let realm = self.shown_realm();
        if realm.is_empty() {
            return Err(ConfigError::new(
                "the Bearer scheme has no realm: set one, such as `.realm(\"api\")`",
            ));
        }
        if self.own_challenge().get("realm") != Some(realm) {
            return Err(ConfigError::new(format!(
                "cannot send the realm {realm:?}: use printable ASCII without quotes and backslashes (RFC 6750 \
                 section 3)"
            )));
        }
        #[cfg(feature = "oauth")]
        self.check.resources.iter().try_for_each(|resources| resources.check())?;
        self.check.verifier.issuers.start()
    }

    /// Warns if a subject of several issuers is one caller, and the principal does not say that
    /// this is intended.
    pub(crate) fn warn_of_shared_subjects<P: Principal>(&self) {
        let issuers = self.check.verifier.issuers.now();
        // Each tenant of a template issues its own subjects.
        #[cfg(feature = "oauth")]
        let is_template = issuers.as_slice().iter().any(|issuer| issuer.identifier().is_none());
        #[cfg(not(feature = "oauth"))]
        let is_template = false;
        let issuers = issuers.as_slice().len();
        if (issuers > 1 || is_template) && P::SUBJECTS == Subjects::Undeclared {
            let principal = P::NAME;
            tracing::warn!(
                target: "authgate::gate",
                principal,
                issuers,
                "the same subject at several issuers is one caller: put `#[principal(issuer)]` on a field of the \
                 principal, or `#[principal(shared_subjects)]` on the struct if that is intended"
            );
        }
    }
}

fn check_audience(audience: &Audience) -> Result<(), ConfigError> {
    if let Audience::InClaim(claim, names) = audience {
        if !Audience::is_claim_usable(claim) {
            return Err(ConfigError::new(format!(
                "the claim {claim:?} cannot state the audience: name one that nothing else checks, such as `client_id`"
            )));
        }
        if names.is_empty() {
            return Err(ConfigError::new(
                "`audience_claim` has no names, so that no token is accepted: add one",
            ));
        }
    }
    if audience.names().iter().any(String::is_empty) {
        return Err(ConfigError::new(
            "an audience is empty: write the name of this service in the tokens' `aud`, such as \
             `.audience(\"https://api.example\")`",
        ));
    }
    if let Some(name) = audience.names().iter().find(|name| name.trim().len() < name.len()) {
        return Err(ConfigError::new(format!(
            "the audience {name:?} begins or ends with white space: remove it"
        )));
    }
    Ok(())
}
