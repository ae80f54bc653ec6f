//! Checks the claims of an ID token (OpenID Connect Core 1.0 section 3.1.3.7).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ctutils::CtEq as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::login::Inner;
use super::transaction::Transaction;
use crate::jws::{Algorithm, SignedClaims};
use crate::right::CredentialError;
use crate::session::LoginAssurance;

/// The maximum length of a subject, in bytes (section 2).
const LONGEST_SUBJECT: usize = 255;

/// The maximum length of other names: of a session, a token, a class or a method.
const LONGEST: usize = 1024;

/// The maximum number of methods.
const MOST_METHODS: usize = 32;

/// Why an ID token does not sign a user in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The token is not for this login. The text names the check.
    Invalid(CredentialError, &'static str),
    /// The user has signed in too long ago, or not strongly enough.
    Weak(&'static str),
}

const fn invalid<T>(check: &'static str) -> Result<T, Unfit> {
    Err(Unfit::Invalid(CredentialError::Rejected, check))
}

const fn malformed(check: &'static str) -> Unfit {
    Unfit::Invalid(CredentialError::Malformed, check)
}

impl Inner {
    /// Checks the claims of an ID token with a verified signature. Returns the strength of the
    /// login.
    pub(super) fn check_id_token(
        &self,
        token: &SignedClaims,
        access_token: Option<&str>,
        transaction: &Transaction,
        now: SystemTime,
    ) -> Result<LoginAssurance, Unfit> {
        let SignedClaims { algorithm, claims } = token;
        self.check_audience(claims)?;
        let nonce = transaction.nonce(&self.key);
        let is_nonce = |found: &str| found.as_bytes().ct_eq(nonce.as_bytes()).into();
        if !text(claims, "nonce")?.is_some_and(is_nonce) {
            return invalid("nonce");
        }
        let subject = text(claims, "sub")?.unwrap_or_default();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
            return invalid("sub");
        }
        for name in ["sid", "jti"] {
            if text(claims, name)?.is_some_and(|text| text.is_empty() || text.len() > LONGEST) {
                return invalid("sid or jti");
            }
        }
        let leeway = f64::from(self.leeway.get());
        let now = seconds(now);
        // A token is issued during its login.
        let issued = number(claims, "iat")?.ok_or(malformed("iat"))?;
        let started = whole(transaction.started);
        if issued > now + leeway {
            return Err(Unfit::Invalid(CredentialError::NotYetValid, "iat"));
        }
        if issued < started - leeway {
            return Err(Unfit::Invalid(CredentialError::Expired, "iat"));
        }
        if let Some(expected) = text(claims, "at_hash")?
            && access_token.is_none_or(|token| half_hash(*algorithm, token).as_deref() != Some(expected))
        {
            return invalid("at_hash");
        }
        self.strength(claims, transaction, now)
    }

    /// Checks that the token is for this client and no other. `azp` must be this client, and is
    /// required beside other audiences.
    pub(super) fn check_audience(&self, claims: &Map<String, Value>) -> Result<(), Unfit> {
        let audiences = match claims.get("aud") {
            Some(Value::String(audience)) => vec![audience.as_str()],
            Some(Value::Array(audiences)) => {
                audiences.iter().map(Value::as_str).collect::<Option<_>>().ok_or(malformed("aud"))?
            }
            _ => return Err(malformed("aud")),
        };
        let is_trusted = |audience: &&str| self.audiences.iter().any(|trusted| trusted == audience);
        let others = audiences.iter().filter(|audience| **audience != self.client_id);
        let (count, trusted) = (others.clone().count(), others.filter(|other| is_trusted(other)).count());
        if count == audiences.len() || trusted < count {
            return Err(Unfit::Invalid(CredentialError::WrongAudience, "aud"));
        }
        match text(claims, "azp")? {
            Some(party) if party == self.client_id => Ok(()),
            None if count == 0 => Ok(()),
            _ => Err(Unfit::Invalid(CredentialError::WrongAudience, "azp")),
        }
    }

    /// Compares the login with the requested one.
    fn strength(
        &self,
        claims: &Map<String, Value>,
        transaction: &Transaction,
        now: f64,
    ) -> Result<LoginAssurance, Unfit> {
        let leeway = f64::from(self.leeway.get());
        let authenticated = number(claims, "auth_time")?.ok_or(malformed("auth_time"))?;
        if authenticated > now + leeway {
            return Err(Unfit::Invalid(CredentialError::NotYetValid, "auth_time"));
        }
        if now - authenticated > whole(transaction.max_age) + leeway {
            return Err(Unfit::Weak("auth_time"));
        }
        let at = Duration::try_from_secs_f64(authenticated).ok().and_then(|at| UNIX_EPOCH.checked_add(at));
        let at = at.ok_or(malformed("auth_time"))?;
        let class = text(claims, "acr")?;
        let mut classes = transaction.acr_values.split(' ').filter(|class| !class.is_empty()).peekable();
        if classes.peek().is_some() && !classes.any(|wanted| class == Some(wanted)) {
            return Err(Unfit::Weak("acr"));
        }
        let mut assurance = LoginAssurance::new().authenticated_at(at);
        if let Some(class) = class.filter(|class| class.len() <= LONGEST) {
            assurance = assurance.with_acr(class);
        }
        if let Some(Value::Array(methods)) = claims.get("amr") {
            let methods = methods.iter().take(MOST_METHODS).filter_map(Value::as_str);
            assurance = assurance.with_amr(methods.filter(|method| method.len() <= LONGEST));
        }
        Ok(assurance)
    }
}

/// Returns a claim that must be a string if it is present.
fn text<'a>(claims: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, Unfit> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(name)),
    }
}

/// Returns a claim that must be a number if it is present.
pub(super) fn number(claims: &Map<String, Value>, name: &'static str) -> Result<Option<f64>, Unfit> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(malformed(name)),
    }
}

/// Returns a number of seconds of this century.
fn whole(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// Returns the seconds since the Unix epoch.
pub(super) fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Returns the left half of the hash of an access token (section 3.1.3.6), by the hash of the
/// algorithm that signed the ID token.
fn half_hash(algorithm: Algorithm, access_token: &str) -> Option<String> {
    let name = algorithm.to_string();
    let hash = match &name {
        name if name.ends_with("256") => Sha256::digest(access_token).to_vec(),
        name if name.ends_with("384") => Sha384::digest(access_token).to_vec(),
        // Ed25519 hashes with SHA-512.
        _ => Sha512::digest(access_token).to_vec(),
    };
    Some(URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2)?))
}
