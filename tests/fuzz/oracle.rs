//! A second, independent verification of tokens. It uses its own JSON parser and base64 decoder,
//! which keep details that authgate drops, and signatures of another library.

pub(crate) mod base64;
pub(crate) mod json;

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use authgate::scheme::Keys;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use json::{Unread, Value};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const SECRET: &[u8] = b"a secret of at least 32 bytes, for the fuzzer alone";
/// The id of the secret.
const ID: &str = "k";
/// The published private key of RFC 8037 appendix A.1.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
/// The default leeway in seconds.
const LEEWAY: f64 = 30.0;
const MOST_BYTES: usize = 64 * 1024;

fn pair() -> &'static Ed25519KeyPair {
    static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
        let seed = base64::decode(PRIVATE.as_bytes()).expect("base64url");
        Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed")
    });
    &PAIR
}

/// Returns the keys of the application: a secret with an id, and a public key without one.
pub(crate) fn keys() -> Keys {
    let x = base64::encode(pair().public_key().as_ref());
    let set = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]}}"#);
    Keys::hs256(SECRET).expect("long enough").with_id(ID).and(Keys::jwks(set).expect("a set"))
}

/// The key that signs a token.
#[derive(Clone, Copy)]
pub(crate) enum Signer {
    Secret,
    Ed25519,
    /// The public key, used as a secret.
    PublicAsSecret,
}

impl Signer {
    pub(crate) const ALL: [Self; 3] = [Self::Secret, Self::Ed25519, Self::PublicAsSecret];

    fn sign(self, signed: &[u8]) -> Vec<u8> {
        let hs256 =
            |key: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed).as_ref().to_vec();
        match self {
            Self::Secret => hs256(SECRET),
            Self::Ed25519 => pair().sign(signed).as_ref().to_vec(),
            Self::PublicAsSecret => hs256(pair().public_key().as_ref()),
        }
    }

    /// Signs a token with this header and payload.
    pub(crate) fn token(self, header: &[u8], payload: &[u8]) -> Vec<u8> {
        let signed = format!("{}.{}", base64::encode(header), base64::encode(payload));
        let signature = base64::encode(&self.sign(signed.as_bytes()));
        format!("{signed}.{signature}").into_bytes()
    }
}

/// Returns a valid token that does not expire for years.
pub(crate) fn good() -> Vec<u8> {
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"vera","exp":9999999999}}"#);
    Signer::Secret.token(br#"{"alg":"HS256","typ":"JWT"}"#, claims.as_bytes())
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Accepted, with this subject.
    LetIn(String),
    Refused,
    /// Too close to a limit to decide.
    Unsure,
}

impl From<Option<String>> for Judgement {
    fn from(subject: Option<String>) -> Self {
        subject.map_or(Self::Refused, Self::LetIn)
    }
}

/// Asserts that the application agrees with the oracle.
pub(crate) fn assert_agree(judged: &Judgement, authenticated_subject: Option<String>) {
    match judged {
        Judgement::Unsure => {}
        judged => assert_eq!(*judged, authenticated_subject.into()),
    }
}

/// Judges a token.
pub(crate) fn judge(token: &[u8]) -> Judgement {
    match judged(token) {
        Ok(subject) => Judgement::LetIn(subject),
        Err(Unread::Wrong) => Judgement::Refused,
        Err(Unread::Unsure) => Judgement::Unsure,
    }
}

fn judged(token: &[u8]) -> Result<String, Unread> {
    let parts: Vec<_> = token.split(|byte| *byte == b'.').collect();
    let [header, payload, signature] = parts[..] else { return Err(Unread::Wrong) };
    let decoded = |part| base64::decode(part).ok_or(Unread::Wrong);
    let (header_json, payload_json, signature) = (decoded(header)?, decoded(payload)?, decoded(signature)?);
    let signed = &token[..header.len() + 1 + payload.len()];
    // Verify the signature first. Without a valid signature, nothing else matters.
    let by_secret = hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), signed, &signature).is_ok();
    let by_pair = UnparsedPublicKey::new(&ED25519, pair().public_key()).verify(signed, &signature).is_ok();
    if !(by_secret || by_pair) || token.len() > MOST_BYTES {
        return Err(Unread::Wrong);
    }
    let header = json::object(&header_json)?;
    let algorithm = header.get("alg").and_then(Value::text);
    let kid = header.get("kid").map(|kid| kid.text().ok_or(Unread::Wrong)).transpose()?;
    let fits = match algorithm {
        Some("HS256") => by_secret && kid.is_none_or(|kid| kid == ID),
        // A key without an id verifies tokens with any `kid`.
        Some("EdDSA" | "Ed25519") => by_pair,
        _ => false,
    };
    let of_media_type = |name: &str, known: &[&str]| match header.get(name) {
        None => Some(None),
        Some(value) => {
            value.text().map(|text| Some(known.iter().any(|known| known.eq_ignore_ascii_case(text))))
        }
    };
    let typ = of_media_type("typ", &["JWT", "at+jwt", "application/at+jwt"]);
    let cty = of_media_type("cty", &["JWT", "application/jwt"]);
    let header_is_good = fits
        && matches!(typ, Some(None | Some(true)))
        && matches!(cty, Some(None | Some(false)))
        && header.get("crit").is_none()
        && header.get("b64").is_none_or(|it| *it == Value::Bool(true));
    if !header_is_good {
        return Err(Unread::Wrong);
    }
    check_claims(&json::object(&payload_json)?)
}

/// Judges claims at the current time.
pub(crate) fn check_claims(claims: &json::Object) -> Result<String, Unread> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(seconds)) if seconds.abs() > 1e300 => Err(Unread::Unsure),
        Some(Value::Number(seconds)) => Ok(Some(*seconds)),
        Some(_) => Err(Unread::Wrong),
    };
    let text = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.text().map(Some).ok_or(Unread::Wrong),
    };
    let texts = |name: &str| claims.get(name).map(|it| it.texts().ok_or(Unread::Wrong)).transpose();
    let names = |name: &str| match claims.get(name) {
        None | Some(Value::Null) => true,
        Some(value) => value.text().is_some() || value.texts().is_some(),
    };

    let (expires, not_before) = (time("exp")?, time("nbf")?);
    text("jti")?;
    // `auth_time`, `acr`, `amr` and `act` may have any value.
    let audience = match claims.get("aud") {
        Some(value) if value.text().is_some() => value.text().into_iter().collect(),
        _ => texts("aud")?.unwrap_or_default(),
    };
    let is_good = text("iss")? == Some(ISSUER)
        && audience.contains(&AUDIENCE)
        && claims.get("cnf").is_none()
        && names("roles")
        && names("scope");
    let subject = text("sub")?.filter(|subject| !subject.is_empty());
    let (true, Some(subject), Some(expires)) = (is_good, subject, expires) else { return Err(Unread::Wrong) };
    // The clock can advance between the two verifications.
    let near = |time: f64| (time - now).abs() < 5.0;
    if near(expires + LEEWAY) || not_before.is_some_and(|start| near(start - LEEWAY)) {
        return Err(Unread::Unsure);
    }
    let is_current = now < expires + LEEWAY && not_before.is_none_or(|start| now + LEEWAY >= start);
    if is_current { Ok(subject.to_owned()) } else { Err(Unread::Wrong) }
}
