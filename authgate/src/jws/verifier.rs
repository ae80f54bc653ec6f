//! From the bytes of a token to the principal, or the reason why not.

use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::claims::{Audience, Claims, NumericDate};
use super::compact::{Compact, decoded};
use super::header::{Header, TokenType};
use super::{IssuerKeys, member};
use crate::context::Context;
use crate::denial::Fault;

/// The auth-scheme by which JWTs are presented (RFC 6750).
const SCHEME: &str = "Bearer";

/// Who makes tokens, and the keys that are its alone (RFC 8725 section 3.8).
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) keys: IssuerKeys,
}

/// How far the clocks may be apart, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leeway(u16);

impl Leeway {
    /// "A few minutes" (RFC 7519 section 4.1.4).
    pub(crate) const MOST: u16 = 300;

    /// `None` beyond [`MOST`](Self::MOST).
    pub(crate) const fn seconds(seconds: u16) -> Option<Self> {
        if seconds <= Self::MOST { Some(Self(seconds)) } else { None }
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

/// What tokens have to be like.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) audience: Audience,
    pub(crate) leeway: Leeway,
    pub(crate) token_type: TokenType,
    /// Takes tokens that never expire; dangerous, since one that leaks is good for ever.
    pub(crate) expiry_optional: bool,
}

impl Verifier {
    pub(crate) fn new(issuers: Vec<Issuer>, audience: Audience) -> Self {
        Self {
            issuers,
            audience,
            leeway: Leeway::default(),
            token_type: TokenType::default(),
            expiry_optional: false,
        }
    }

    /// How often the keys have changed. What was verified when this was another number has to be verified anew.
    #[cfg(feature = "cache")]
    pub(crate) fn generation(&self) -> usize {
        // No number of them becomes smaller, so that the sum stays only where all stay.
        self.issuers.iter().fold(0, |sum, issuer| issuer.keys.generation().wrapping_add(sum))
    }

    /// The principal that the token names, where everything about it is right at the time `now`, which is asked for once the
    /// signature holds.
    ///
    /// # Errors
    /// The first thing that is not, in the order form, header, signature, claims, principal.
    pub(crate) fn verify<P: DeserializeOwned>(
        &self,
        token: &[u8],
        now: impl FnOnce() -> SystemTime,
    ) -> Result<(P, Context), Fault> {
        let compact = Compact::split(token)?;
        // What has not the form is told so, whatever else it is.
        let issuer = self.signer(&compact).map_err(|fault| compact.check().err().unwrap_or(fault))?;
        let now = NumericDate::at(now());
        decoded(compact.payload, |payload| self.principal(payload, issuer, now))
            .unwrap_or(Err(Fault::Malformed))
    }

    /// The principal of a payload that the issuer has signed.
    fn principal<P: DeserializeOwned>(
        &self,
        payload: &[u8],
        issuer: &Issuer,
        now: NumericDate,
    ) -> Result<(P, Context), Fault> {
        let mut claims = Claims::default();
        let principal = claims.read_with(payload, &self.audience)?;
        if principal.is_none() {
            claims = Claims::read(payload, &self.audience)?;
        }
        self.check(&claims, issuer, now)?;
        let principal = principal.map_or_else(|| member::read(payload, |json| P::deserialize(json)), Ok)?;
        Ok((principal, claims.into_context(SCHEME)))
    }

    /// The issuer with whose key the token is signed. Nothing of the payload is looked at before.
    fn signer(&self, compact: &Compact<'_>) -> Result<&Issuer, Fault> {
        for issuer in &self.issuers {
            if let Some(header) = issuer.keys.now().iter().find_map(|key| key.known.header(compact.header)) {
                return self.signer_by(header, compact, false);
            }
        }
        decoded(compact.header, |json| self.signer_by(&Header::read(json)?, compact, true))
            .unwrap_or(Err(Fault::Malformed))
    }

    /// The issuer, by what the header says; one that is new is kept with the key that has signed it.
    fn signer_by(&self, header: &Header<'_>, compact: &Compact<'_>, is_new: bool) -> Result<&Issuer, Fault> {
        if !self.token_type.takes(header) {
            return Err(Fault::Rejected);
        }
        let signer = |signature: &[u8]| {
            self.issuers.iter().find(|issuer| {
                let keys = issuer.keys.now();
                let mut meant = keys.meant(header.algorithm, header.key_id.as_deref());
                let key = meant.find(|key| key.verifies(compact.signed, signature));
                if let Some(key) = key.filter(|_| is_new) {
                    key.known.keep(compact.header, header);
                }
                key.is_some()
            })
        };
        decoded(compact.signature, signer).ok_or(Fault::Malformed)?.ok_or(Fault::Rejected)
    }

    fn check(&self, claims: &Claims<'_>, issuer: &Issuer, now: NumericDate) -> Result<(), Fault> {
        let leeway = self.leeway.0;
        if claims.expires.is_none() && !self.expiry_optional {
            return Err(Fault::Malformed);
        }
        if claims.issuer.as_ref().is_none_or(|name| *name.0 != *issuer.name) {
            return Err(Fault::WrongIssuer);
        }
        if !matches!(self.audience, Audience::Any) && claims.audience != Some(true) {
            return Err(Fault::WrongAudience);
        }
        if claims.expires.is_some_and(|end| now >= end.plus(leeway)) {
            return Err(Fault::Expired);
        }
        if claims.not_before.is_some_and(|start| now.plus(leeway) < start) {
            return Err(Fault::NotYetValid);
        }
        // No scheme here proves possession of a key, and a bound token without its proof may be stolen (RFC 9449
        // section 7.2, RFC 8705 section 3).
        if claims.confirmation.is_some() {
            return Err(Fault::Rejected);
        }
        Ok(())
    }
}
