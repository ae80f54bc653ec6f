//! Explains to the operator why a token was rejected.
//!
//! It runs only if a subscriber is interested, and repeats the checks of the verifier. The verifier
//! therefore keeps no data that only the log needs.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Track;
use tracing::Level;

use super::claims::{Claims, NumericDate, unverified_issuer};
use super::compact::{Compact, decoded};
use super::header::Header;
use super::issuers::{Issuer, Issuers};
use super::verifier::{TokenBinding, Verifier};
use crate::log::OneLine;
use crate::right::{CredentialError, Reason};

/// The failed check, with the values that it compared, which are not credentials.
#[derive(Debug, Default)]
struct Cause {
    /// The name of the check.
    check: &'static str,
    /// The path of the claim or header parameter: `exp`, `realm_access.roles[0]`.
    claim: Option<String>,
    /// The value in the token.
    presented: Option<String>,
    /// The values that would be accepted.
    expected: Option<String>,
    error: Option<String>,
}

impl Cause {
    fn new(check: &'static str, error: impl Display) -> Self {
        Self { check, error: Some(error.to_string()), ..Self::default() }
    }

    fn of_claim(check: &'static str, claim: &str, presented: Option<String>, expected: String) -> Self {
        let claim = Some(claim.to_owned());
        Self { check, claim, presented, expected: Some(expected), error: None }
    }

    /// Writes the event.
    fn log(&self, binding: TokenBinding, fault: CredentialError) {
        let Self { check, claim, presented, expected, error } = self;
        let [claim, presented, expected, error] =
            [claim, presented, expected, error].map(|text| text.as_ref().map(|text| OneLine(text)));
        let [claim, presented, expected, error] =
            [&claim, &presented, &expected, &error].map(|text| text.as_ref().map(tracing::field::display));
        tracing::debug!(target: "authgate::authentication", reason = Reason::InvalidCredentials(fault).code(), scheme = binding.scheme(), check, claim, presented, expected, error, "a credential was rejected");
    }
}

/// Checks the claims, to find the error.
type CheckClaims<'a> = &'a dyn Fn(&mut Claims<'_>) -> Result<Arc<str>, CredentialError>;

/// Reads a principal from the claims, to find the error.
type ReadPrincipal = fn(&str) -> Result<(), Unreadable>;

/// A JSON value that cannot be read, with the path of the member.
struct Unreadable {
    member: String,
    error: serde_json::Error,
}

impl Unreadable {
    fn cause(self, check: &'static str) -> Cause {
        // The path of the whole object.
        let claim = Some(self.member).filter(|member| member != ".");
        Cause { claim, ..Cause::new(check, self.error) }
    }
}

type Json<'a, 'de> = &'a mut serde_json::Deserializer<serde_json::de::StrRead<'de>>;

fn read<'de, T>(
    text: &'de str,
    read: impl FnOnce(serde_path_to_error::Deserializer<'_, '_, Json<'_, 'de>>) -> Result<T, serde_json::Error>,
) -> Result<T, Unreadable> {
    let mut track = Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let value = read(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let value = value.map_err(|error| Unreadable { member: track.path().to_string(), error })?;
    json.end().map_err(|error| Unreadable { member: ".".to_owned(), error })?;
    Ok(value)
}

impl Verifier {
    /// Logs why a token was rejected, at debug level.
    #[inline]
    pub(crate) fn log_cause<P: DeserializeOwned>(&self, token: &[u8], fault: CredentialError) {
        if tracing::enabled!(target: "authgate::authentication", Level::DEBUG) {
            self.tell(token, fault, |text| read(text, |json| P::deserialize(json)).map(drop));
        }
    }

    #[cold]
    #[inline(never)]
    fn tell(&self, token: &[u8], fault: CredentialError, principal: ReadPrincipal) {
        self.cause(token, fault, NumericDate::at(SystemTime::now()), principal).log(self.binding, fault);
    }

    /// Logs why the claims of an introspected token were rejected, at debug level.
    #[cfg(feature = "oauth")]
    pub(crate) fn log_cause_in_answer<P: DeserializeOwned>(
        &self,
        issuer: &str,
        answer: &str,
        fault: CredentialError,
    ) {
        if !tracing::enabled!(target: "authgate::authentication", Level::DEBUG) {
            return;
        }
        let issuers = self.issuers.now();
        let Some(issuer) = issuers.named(issuer) else { return };
        let now = NumericDate::at(SystemTime::now());
        let check = |claims: &mut Claims<'_>| self.check_answer(claims, issuer, now, false);
        let principal: ReadPrincipal = |text| read(text, |json| P::deserialize(json)).map(drop);
        self.cause_in_claims(answer.as_bytes(), issuer, fault, now, &check, principal)
            .log(self.binding, fault);
    }

    /// Returns the name of the check that rejected a token.
    #[cfg(test)]
    pub(super) fn failed_check<P: DeserializeOwned>(
        &self,
        token: &[u8],
        fault: CredentialError,
        now: SystemTime,
    ) -> &'static str {
        let principal = |text: &str| read(text, |json| P::deserialize(json)).map(drop);
        self.cause(token, fault, NumericDate::at(now), principal).check
    }

    fn cause(
        &self,
        token: &[u8],
        fault: CredentialError,
        now: NumericDate,
        principal: ReadPrincipal,
    ) -> Cause {
        let Ok(compact) = Compact::split(token) else {
            return Cause::new("form", "not three segments with dots between, or too long");
        };
        if compact.check().is_err() {
            return Cause::new("form", "a segment is not base64url without padding");
        }
        let issuers = self.issuers.now();
        decoded(compact.payload, |payload| {
            Ok(match issuer_of(&issuers, payload, fault) {
                Ok(issuer) => self.cause_before_claims(&compact, issuer).unwrap_or_else(|| {
                    let audience = issuer.audience.as_ref().unwrap_or(&self.audience);
                    let check = |claims: &mut Claims<'_>| self.check(claims, issuer, audience, now);
                    self.cause_in_claims(payload, issuer, fault, now, &check, principal)
                }),
                Err(cause) => cause,
            })
        })
        .unwrap_or_default()
    }

    fn cause_before_claims(&self, compact: &Compact<'_>, issuer: &Issuer) -> Option<Cause> {
        decoded(compact.header, |json| Ok(self.cause_in_header(json, compact, issuer))).ok()?
    }

    fn cause_in_header(&self, json: &[u8], compact: &Compact<'_>, issuer: &Issuer) -> Option<Cause> {
        let text = match std::str::from_utf8(json) {
            Ok(text) => text,
            Err(error) => return Some(Cause::new("header", error)),
        };
        let header = match read(text, |json| Header::members(json)) {
            Ok(members) => Header::of(members),
            Err(unreadable) => return Some(unreadable.cause("header")),
        };
        let header = match header {
            Ok(header) => header,
            Err((_, problem)) => return Some(Cause::new("header", problem)),
        };
        if !self.token_type.takes(&header) {
            let presented = header.token_type.as_deref().map(str::to_owned);
            return Some(Cause::of_claim("type", "typ", presented, self.token_type.to_string()));
        }
        let keys = issuer.keys.now();
        if keys.candidates(header.algorithm, header.key_id.as_deref()).next().is_none() {
            let presented = match &header.key_id {
                Some(kid) => format!("{} {kid}", header.algorithm),
                None => header.algorithm.to_string(),
            };
            return Some(Cause::of_claim("key", "kid", Some(presented), format!("{:?}", *keys)));
        }
        let error = self.check_signature(compact, issuer).err()?;
        Some(match error {
            CredentialError::Rejected => Cause::new("signature", "no key of the issuer made this signature"),
            _ => Cause::new("form", "the signature cannot be decoded"),
        })
    }

    fn cause_in_claims(
        &self,
        payload: &[u8],
        issuer: &Issuer,
        fault: CredentialError,
        now: NumericDate,
        check: CheckClaims<'_>,
        principal: ReadPrincipal,
    ) -> Cause {
        let audience = issuer.audience.as_ref().unwrap_or(&self.audience);
        let text = match std::str::from_utf8(payload) {
            Ok(text) => text,
            Err(error) => return Cause::new("claims", error),
        };
        let mut claims = match read(text, |json| Claims::read_from(json, audience)) {
            Ok(claims) => claims,
            Err(unreadable) => return unreadable.cause("claims"),
        };
        let presented = |claim: &str| {
            let Ok(Value::Object(members)) = serde_json::from_str(text) else { return None };
            members.get(claim).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        match check(&mut claims) {
            Err(CredentialError::Malformed) => {
                Cause { claim: Some("exp".to_owned()), ..Cause::new("expiry", "the claim is missing") }
            }
            Err(CredentialError::WrongIssuer) => {
                Cause::of_claim("issuer", "iss", presented("iss"), joined(issuer.names()))
            }
            Err(CredentialError::WrongAudience) => {
                let claim = audience.claim();
                Cause::of_claim("audience", claim, presented(claim), joined(audience.names()))
            }
            Err(CredentialError::Expired) => {
                Cause::of_claim("expiry", "exp", presented("exp"), format!("later than {now}"))
            }
            Err(CredentialError::NotYetValid) => {
                Cause::of_claim("not_before", "nbf", presented("nbf"), format!("not later than {now}"))
            }
            Err(_) => Cause {
                claim: Some("cnf".to_owned()),
                ..Cause::new(
                    "confirmation",
                    match self.binding {
                        TokenBinding::None => "the possession of a key cannot be verified",
                        #[cfg(feature = "oauth")]
                        TokenBinding::Key => "the token is not bound to a key by `jkt` alone",
                    },
                )
            },
            Ok(_) => match principal(text) {
                Err(unreadable) => unreadable.cause("principal"),
                Ok(()) if fault == CredentialError::Malformed => {
                    Cause::new("principal", "the id of the principal is empty")
                }
                // The keys or the clock have changed since.
                Ok(()) => Cause { check: "changed", ..Cause::default() },
            },
        }
    }
}

fn joined<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().fold(String::new(), |mut all, name| {
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(name.as_ref());
        all
    })
}

/// Returns the issuer whose keys verify the token. The token of a foreign issuer has no right
/// signature either.
fn issuer_of<'a>(issuers: &'a Issuers, payload: &[u8], fault: CredentialError) -> Result<&'a Issuer, Cause> {
    if let Some(issuer) = issuers.only().filter(|_| fault != CredentialError::WrongIssuer) {
        return Ok(issuer);
    }
    let name = match unverified_issuer(payload) {
        Ok(name) => Some(name),
        Err(CredentialError::WrongIssuer) => None,
        Err(_) => return Err(Cause::new("claims", "the payload is not an object with a text `iss`")),
    };
    let issuer = name.as_ref().and_then(|name| issuers.named(name));
    issuer.ok_or_else(|| {
        let names = issuers.as_slice().iter().flat_map(Issuer::names);
        Cause::of_claim("issuer", "iss", name.map(Cow::into_owned), joined(names))
    })
}
