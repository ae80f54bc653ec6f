//! The credentials that a request presents to a gate, without their verification.

use http::header::AUTHORIZATION;

use super::{Entry, Gate};
use crate::credentials::RequestCredentials;
use crate::guard::caught;
use crate::right::{AcceptedSchemes, Principal, Reason};
use crate::scheme::Ambient;

/// The credential in a request that decides at a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// The request has no credential for the gate.
    None,
    /// The request has only cookies for the gate.
    Cookie,
    /// The request has a credential other than a cookie, for the scheme with this index.
    Deliberate(usize),
}

impl<P> Entry<P> {
    /// Returns `true` if the credential that the scheme finds in the request is in the
    /// `Authorization` field. A scheme may read another field as well, such as `x-api-key`.
    pub(super) fn is_in_authorization(&self, presented: &RequestCredentials<'_>) -> bool {
        let is_elsewhere = || {
            let mut others = self.fields.iter().filter(|field| **field != AUTHORIZATION);
            others.any(|field| presented.headers().contains_key(field))
                && presented.authorization().credential_of(self.name).is_none()
        };
        self.reads_authorization && !(self.fields.len() > 1 && is_elsewhere())
    }
}

impl<P: Principal> Gate<P> {
    /// Returns the credential that decides at this gate.
    ///
    /// # Errors
    ///
    /// Returns [`Reason::Ambiguous`] if there are several, and [`Reason::Failed`] if a scheme
    /// panics.
    pub(crate) fn presence(
        &self,
        presented: &RequestCredentials<'_>,
        accepted: AcceptedSchemes,
    ) -> Result<Presence, Reason> {
        let entries = self.inner.schemes.iter().enumerate();
        let presence = || {
            let mut presence = Presence::None;
            for (index, entry) in entries {
                if !entry.presents_accepted_credential(presented, accepted) {
                    continue;
                }
                presence = match (entry.ambient, presence) {
                    (Ambient::Cookie, Presence::None) => Presence::Cookie,
                    (Ambient::Cookie, presence) => presence,
                    (_, Presence::Deliberate(_)) => return Err(Reason::Ambiguous),
                    _ => Presence::Deliberate(index),
                };
            }
            Ok(presence)
        };
        caught(presence).unwrap_or(Err(Reason::Failed))
    }

    /// Returns `true` if the scheme and a scheme of another gate read the same credential of this
    /// request: it is in a field that both read, or both are this scheme below HTTP.
    pub(crate) fn shares_credential<Q>(
        &self,
        scheme: usize,
        other: &Gate<Q>,
        scheme_of_other: usize,
        presented: &RequestCredentials<'_>,
    ) -> bool {
        let (Some(one), Some(other)) =
            (self.inner.schemes.get(scheme), other.inner.schemes.get(scheme_of_other))
        else {
            return false;
        };
        let is_below_http = one.fields.is_empty() && other.fields.is_empty();
        let mut both = one.fields.iter().filter(|field| other.fields.contains(field));
        let is_shared = both.any(|field| match *field {
            AUTHORIZATION => one.is_in_authorization(presented) && other.is_in_authorization(presented),
            _ => presented.headers().contains_key(field),
        });
        is_shared || (is_below_http && one.name == other.name)
    }

    /// Returns `true` if the gate has at least one of the accepted schemes.
    pub(crate) fn has_accepted_scheme(&self, accepted: AcceptedSchemes) -> bool {
        self.inner.schemes.iter().any(|entry| accepted.accepts(entry.name))
    }
}
