//! Verifies a token and deserializes its principal.

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::claims::{Audience, Claims, NumericDate, Revocable, unverified_issuer};
use super::compact::{Compact, decoded, is_jwt, is_token};
use super::header::{Header, TokenType};
use super::issuers::Issuer;
use super::member;
use super::trusted::TrustedIssuers;
use crate::right::{Context, CredentialError};

/// The proof that a token must come with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TokenBinding {
    /// The token alone is enough. A bound token is rejected, because it may be stolen (RFC 9449
    /// section 7.2, RFC 8705 section 3).
    #[default]
    None,
    /// The token must be bound to a key by `jkt` and nothing else. The scheme compares the key with
    /// that of the proof.
    #[cfg(feature = "oauth")]
    Key,
}

impl TokenBinding {
    /// Returns the authentication scheme that carries such tokens.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::None => "Bearer",
            #[cfg(feature = "oauth")]
            Self::Key => "DPoP",
        }
    }

    fn accepts(self, claims: &Claims<'_>) -> bool {
        match self {
            Self::None => claims.confirmation.is_none(),
            #[cfg(feature = "oauth")]
            Self::Key => claims.bound_key().is_some(),
        }
    }
}

/// The allowed clock skew between issuer and service, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leeway(u16);

impl Leeway {
    /// The maximum: "a few minutes" (RFC 7519 section 4.1.4).
    pub(crate) const MOST: u16 = 300;

    /// Returns `None` if `seconds` exceeds [`MOST`](Self::MOST).
    pub(crate) const fn seconds(seconds: u16) -> Option<Self> {
        if seconds <= Self::MOST { Some(Self(seconds)) } else { None }
    }

    #[cfg(feature = "oauth")]
    pub(crate) const fn get(self) -> u16 {
        self.0
    }

    #[cfg(feature = "cache")]
    pub(crate) fn as_secs(self) -> u64 {
        self.0.into()
    }
}

impl Default for Leeway {
    fn default() -> Self {
        Self(30)
    }
}

/// The requirements that a token must meet.
#[derive(Clone, Debug)]
pub struct Verifier {
    pub(crate) issuers: TrustedIssuers,
    pub(crate) audience: Audience,
    pub(crate) leeway: Leeway,
    pub(crate) token_type: TokenType,
    /// Accepts tokens without `exp`. Dangerous: a leaked token is then valid forever.
    pub(crate) expiry_optional: bool,
    /// Reads what a revocation may name.
    pub(crate) is_revocable: bool,
    pub(crate) binding: TokenBinding,
}

/// Returns `true` if a token with a verified signature is of this issuer.
#[cfg(feature = "oauth")]
fn is_of(compact: &Compact<'_>, issuer: &str) -> bool {
    decoded(compact.payload, |payload| Ok(unverified_issuer(payload)? == issuer)) == Ok(true)
}

impl Verifier {
    pub(crate) fn new(issuers: impl IntoIterator<Item = Issuer>, audience: Audience) -> Self {
        Self {
            issuers: TrustedIssuers::fixed(issuers),
            audience,
            leeway: Leeway::default(),
            token_type: TokenType::default(),
            expiry_optional: false,
            is_revocable: false,
            binding: TokenBinding::default(),
        }
    }

    /// Returns the number of key changes. A result obtained under another number must be verified
    /// again.
    #[cfg(feature = "cache")]
    pub(crate) fn generation(&self) -> u64 {
        // Every number only grows, so the sum is unchanged only if all numbers are. The version of
        // the list is in the upper bits, which no number of key changes reaches.
        let issuers = self.issuers.now();
        let version = u64::from(issuers.version) << 40;
        issuers.as_slice().iter().fold(version, |sum, issuer| sum.wrapping_add(issuer.keys.generation()))
    }

    /// Returns the principal of the token if all checks pass. `now` is called once the signature is
    /// verified.
    ///
    /// # Errors
    ///
    /// Returns the first [`CredentialError`] in the order form, header, signature, claims,
    /// principal.
    pub(crate) fn verify<P: DeserializeOwned>(
        &self,
        token: &[u8],
        now: impl FnOnce() -> SystemTime,
    ) -> Result<(P, Context), CredentialError> {
        let compact = Compact::split(token)?;
        let verified = |issuer: &Issuer| {
            // A token with an invalid form is always reported as malformed.
            self.check_signature(&compact, issuer).map_err(|fault| compact.check().err().unwrap_or(fault))?;
            Ok(NumericDate::at(now()))
        };
        let issuers = self.issuers.now();
        match issuers.only() {
            Some(issuer) => {
                let now = verified(issuer)?;
                decoded(compact.payload, |payload| self.principal(payload, issuer, now))
            }
            None => decoded(compact.payload, |payload| {
                let issuer = unverified_issuer(payload)
                    .and_then(|name| issuers.named(&name).ok_or(CredentialError::WrongIssuer))
                    .map_err(|fault| compact.check().err().unwrap_or(fault))?;
                self.principal(payload, issuer, verified(issuer)?)
            }),
        }
    }

    /// Returns the error of a token for the gates of a request. If several gates read the token,
    /// and it names an issuer that this verifier does not trust or is not a JWT, the error is
    /// [`CredentialError::WrongIssuer`], because another gate may accept it. Several trusted
    /// issuers always give this result for a foreign issuer.
    pub(crate) fn fault_for(
        &self,
        is_for_several_gates: bool,
        token: &[u8],
        fault: CredentialError,
    ) -> CredentialError {
        if fault == CredentialError::Malformed && is_for_several_gates && is_token(token) && !is_jwt(token) {
            return CredentialError::WrongIssuer;
        }
        if fault == CredentialError::Rejected && is_for_several_gates {
            let is_foreign =
                |payload: &[u8]| Ok(self.issuers.now().named(&unverified_issuer(payload)?).is_none());
            let payload = Compact::split(token).map(|compact| compact.payload);
            if payload.and_then(|payload| decoded(payload, is_foreign)) == Ok(true) {
                return CredentialError::WrongIssuer;
            }
        }
        fault
    }

    /// Checks the claims of a payload with a verified signature and deserializes the principal.
    fn principal<P: DeserializeOwned>(
        &self,
        payload: &[u8],
        issuer: &Issuer,
        now: NumericDate,
    ) -> Result<(P, Context), CredentialError> {
        let audience = issuer.audience.as_ref().unwrap_or(&self.audience);
        let mut claims = Claims::default();
        let principal = claims.read_with(payload, audience)?;
        if principal.is_none() {
            claims = Claims::read(payload, audience)?;
        }
        let name = self.check(&claims, issuer, audience, now)?;
        let principal = principal.map_or_else(|| member::read(payload, |json| P::deserialize(json)), Ok)?;
        let revocable = self.is_revocable.then(|| Revocable::read(payload));
        Ok((principal, claims.context(self.binding.scheme(), name, revocable.as_ref())))
    }

    /// Checks that a key of this issuer signed the token. Until then, only `iss` is read from the
    /// payload.
    pub(super) fn check_signature(
        &self,
        compact: &Compact<'_>,
        issuer: &Issuer,
    ) -> Result<(), CredentialError> {
        let keys = issuer.keys.now();
        if let Some(header) = keys.iter().find_map(|key| key.known.header(compact.header)) {
            return self.check_signature_by(header, compact, issuer, false);
        }
        decoded(compact.header, |json| self.check_signature_by(&Header::read(json)?, compact, issuer, true))
    }

    /// Checks the signature with the keys that the header selects. A new header is stored with the
    /// key that verified it.
    fn check_signature_by(
        &self,
        header: &Header<'_>,
        compact: &Compact<'_>,
        issuer: &Issuer,
        is_new: bool,
    ) -> Result<(), CredentialError> {
        if !self.token_type.takes(header) {
            return Err(CredentialError::Rejected);
        }
        decoded(compact.signature, |signature| {
            let keys = issuer.keys.now();
            let mut candidates = keys.candidates(header.algorithm, header.key_id.as_deref());
            let key = candidates.find(|key| key.verifies(compact.signed, signature));
            #[cfg(feature = "oauth")]
            let key = key.filter(|key| key.bound_to.as_deref().is_none_or(|issuer| is_of(compact, issuer)));
            let key = key.ok_or(CredentialError::Rejected)?;
            if is_new {
                key.known.keep(compact.header, header);
            }
            Ok(())
        })
    }

    /// Checks the claims and returns the name of the issuer that the token states.
    pub(super) fn check(
        &self,
        claims: &Claims<'_>,
        issuer: &Issuer,
        audience: &Audience,
        now: NumericDate,
    ) -> Result<Arc<str>, CredentialError> {
        self.check_claims(claims, issuer, audience, now, self.expiry_optional)
    }

    /// Checks the claims as [`check`](Self::check) does. `exp` may be missing if `may_lack_expiry`.
    pub(super) fn check_claims(
        &self,
        claims: &Claims<'_>,
        issuer: &Issuer,
        audience: &Audience,
        now: NumericDate,
        may_lack_expiry: bool,
    ) -> Result<Arc<str>, CredentialError> {
        let leeway = self.leeway.0;
        if claims.expires.is_none() && !may_lack_expiry {
            return Err(CredentialError::Malformed);
        }
        let name = claims.issuer.as_ref().and_then(|name| issuer.named(&name.0));
        let name = name.ok_or(CredentialError::WrongIssuer)?;
        if !matches!(audience, Audience::Any) && claims.audience != Some(true) {
            return Err(CredentialError::WrongAudience);
        }
        if claims.expires.is_some_and(|end| now >= end.plus(leeway)) {
            return Err(CredentialError::Expired);
        }
        if claims.not_before.is_some_and(|start| now.plus(leeway) < start) {
            return Err(CredentialError::NotYetValid);
        }
        if !self.binding.accepts(claims) {
            return Err(CredentialError::Rejected);
        }
        Ok(name)
    }
}
