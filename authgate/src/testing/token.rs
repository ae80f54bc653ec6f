//! Tokens for tests, signed with a generated key.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::principal::Login;

/// Issues tokens that one gate accepts.
#[derive(Clone)]
pub(crate) struct TokenIssuer {
    /// The trusted issuers.
    pub(crate) issuers: Vec<String>,
    /// The audience, or `None` if the gate accepts tokens for any audience.
    pub(crate) audience: Option<String>,
    /// The claim that states the audience.
    pub(crate) audience_claim: String,
    pub(crate) secret: Vec<u8>,
}

/// A flaw of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Expired,
    NotYetValid,
    WrongIssuer,
    WrongAudience,
    WrongKey,
    /// The signature belongs to another token.
    WrongSignature,
    Unsigned,
}

impl Flaw {
    /// The flaws, and descriptions of their tokens.
    pub(crate) const ALL: [(Self, &'static str); 7] = [
        (Self::Expired, "an expired token"),
        (Self::NotYetValid, "a token that is not valid yet"),
        (Self::WrongIssuer, "a token of another issuer"),
        (Self::WrongAudience, "a token for another audience"),
        (Self::WrongKey, "a token signed with another key"),
        (Self::WrongSignature, "a token with another token's signature"),
        (Self::Unsigned, "an unsigned token"),
    ];
}

const HOUR: Duration = Duration::from_secs(3600);

impl TokenIssuer {
    /// Returns the issuer of the login, or the first if the gate does not trust it.
    pub(crate) fn issuer(&self, login: &Login) -> &str {
        let wanted = self.issuers.iter().find(|issuer| Some(*issuer) == login.issuer.as_ref());
        wanted.or(self.issuers.first()).map_or("", String::as_str)
    }

    /// Issues a token for the caller with this number.
    pub(crate) fn token(&self, caller: usize, login: &Login, flaw: Option<Flaw>) -> String {
        let is = |other| flaw == Some(other);
        let now = SystemTime::now();
        let mut claims = Map::new();
        let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        set("iss", json!(if is(Flaw::WrongIssuer) { "https://nobody.invalid" } else { self.issuer(login) }));
        let audience =
            if is(Flaw::WrongAudience) { Some("https://another.invalid") } else { self.audience.as_deref() };
        audience.into_iter().for_each(|audience| drop(set(&self.audience_claim, json!(audience))));
        set("sub", json!(caller.to_string()));
        set("exp", seconds(if is(Flaw::Expired) { now.checked_sub(HOUR) } else { now.checked_add(HOUR) }));
        if is(Flaw::NotYetValid) {
            set("nbf", seconds(now.checked_add(HOUR)));
        }
        if let Some(ago) = login.ago {
            set("auth_time", seconds(now.checked_sub(ago)));
        }
        login.acr.iter().for_each(|class| drop(set("acr", json!(class))));
        if !login.factors.is_empty() {
            set("amr", json!(login.factors));
        }
        let algorithm = if is(Flaw::Unsigned) { "none" } else { "HS256" };
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        // Every configuration of a gate accepts this `typ` (RFC 9068 section 2.1).
        let header = encode(json!({ "alg": algorithm, "typ": "at+jwt" }));
        let signed = format!("{header}.{}", encode(Value::Object(claims)));
        let signature = match flaw {
            Some(Flaw::Unsigned) => String::new(),
            Some(Flaw::WrongKey) => sign(b"a key that no gate has ever seen", &signed),
            Some(Flaw::WrongSignature) => sign(&self.secret, "another token"),
            _ => sign(&self.secret, &signed),
        };
        format!("{signed}.{signature}")
    }

    /// Returns `true` if the gate rejects a token with this flaw.
    pub(crate) const fn rejects(&self, flaw: Flaw) -> bool {
        !matches!((flaw, &self.audience), (Flaw::WrongAudience, None))
    }
}

fn seconds(time: Option<SystemTime>) -> Value {
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    json!(since.as_secs())
}

fn sign(secret: &[u8], text: &str) -> String {
    // HMAC accepts keys of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    URL_SAFE_NO_PAD.encode(mac.chain_update(text).finalize().into_bytes())
}

/// Generates a random secret.
pub(crate) fn secret() -> Vec<u8> {
    let mut secret = vec![0; 32];
    #[expect(clippy::expect_used, reason = "fails only in a test, on a machine without random numbers")]
    getrandom::fill(&mut secret).expect("the machine has random numbers");
    secret
}
