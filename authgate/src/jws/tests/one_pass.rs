//! A principal that is read together with the claims equals one that is read separately.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::token::{AUDIENCE, CLAIMS, HEADER, NOW, Principal, SECRET, at, claims_and, hs256, verifier};
use crate::jws::Audience;
use crate::jws::claims::Claims;
use crate::right::CredentialError;

#[derive(Debug, PartialEq, Deserialize)]
struct Plain {
    sub: String,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    iss: String,
    aud: Value,
    exp: f64,
    sub: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Registered {
    #[serde(alias = "sub", alias = "jti")]
    id: String,
    #[serde(default)]
    exp: Option<u64>,
    #[serde(default)]
    nbf: Option<f32>,
    #[serde(default)]
    amr: Vec<String>,
    #[serde(default)]
    aud: Option<Value>,
    #[serde(default, rename = "iat")]
    issued: Value,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    Numbered { sub: u64 },
    SchemeName { sub: String, exp: u64 },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    #[serde(rename = "person")]
    Person { sub: String },
    #[serde(rename = "program")]
    Program { jti: String },
}

#[derive(Debug, PartialEq, Deserialize)]
enum External {
    #[serde(rename = "sub")]
    Sub(String),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
struct Wrapped(Plain);

#[derive(Debug, Deserialize)]
struct Raw {
    aud: Box<RawValue>,
    sub: Box<RawValue>,
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        (self.aud.get(), self.sub.get()) == (other.aud.get(), other.sub.get())
    }
}

/// Ignores all errors.
#[derive(Debug, PartialEq)]
struct Lenient(Option<String>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Plain::deserialize(deserializer).ok().map(|plain| plain.sub)))
    }
}

/// Treats an unreadable member as the end, or skips it if `GOES_ON` is set.
#[derive(Debug, PartialEq)]
struct Careless<const GOES_ON: bool>(Vec<String>);

impl<'de, const GOES_ON: bool> Deserialize<'de> for Careless<GOES_ON> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names<const GOES_ON: bool>;

        impl<'de, const GOES_ON: bool> Visitor<'de> for Names<GOES_ON> {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("claims")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
                let mut names = Vec::new();
                loop {
                    match map.next_key::<String>() {
                        Ok(Some(name)) => {
                            names.push(name);
                            drop(map.next_value::<IgnoredAny>());
                        }
                        Err(_) if GOES_ON && names.len() < 100 => names.push(String::new()),
                        _ => return Ok(names),
                    }
                }
            }
        }

        deserializer.deserialize_map(Names::<GOES_ON>).map(Self)
    }
}

/// If the claims are valid, the verifier returns the principal that the payload alone yields.
fn is_the_same<P: DeserializeOwned + PartialEq + Debug>(payload: &str) {
    let token = hs256(SECRET, HEADER, payload);
    let verified = |result: Result<_, CredentialError>| result.map(|(principal, _)| principal);
    let claims = verifier().verify::<Principal>(token.as_bytes(), at(NOW));
    let expected =
        claims.and_then(|_| serde_json::from_str::<P>(payload).map_err(|_| CredentialError::Malformed));
    assert_eq!(verified(verifier().verify::<P>(token.as_bytes(), at(NOW))), expected, "{payload}");
}

fn is_the_same_for_all(payload: &str) {
    is_the_same::<Plain>(payload);
    is_the_same::<Strict>(payload);
    is_the_same::<Registered>(payload);
    is_the_same::<Flat>(payload);
    is_the_same::<Either>(payload);
    is_the_same::<Tagged>(payload);
    is_the_same::<External>(payload);
    is_the_same::<Wrapped>(payload);
    is_the_same::<Raw>(payload);
    is_the_same::<Value>(payload);
    is_the_same::<Option<Plain>>(payload);
    is_the_same::<BTreeMap<String, Value>>(payload);
    is_the_same::<()>(payload);
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes in Miri")]
fn principals_of_every_shape_parse_the_same_in_one_or_two_passes() {
    is_the_same_for_all(CLAIMS);
    for more in [
        r#""jti":"a""#,
        r#""kind":"person""#,
        r#""kind":"program","jti":"a\u0062""#,
        r#""roles":["a","b"],"nbf":1.5,"amr":["pwd"],"iat":7"#,
        r#""roles":"a""#,
        r#""nbf":"soon""#,
        r#""amr":"pwd""#,
        r#""x":[[[{"iss":"other"}]]],"\u0069at":7"#,
        r#""sub":"twice""#,
        r#""exp":1700000101"#,
        r#""iat":null"#,
        r#""cnf":{}"#,
    ] {
        is_the_same_for_all(&claims_and(more));
    }
    for payload in ["", "{}", "[]", "null", "{\"sub\":\"u\"}", "{\"sub\":\"u\"", "{\"sub\":\"u\"}}"] {
        is_the_same_for_all(payload);
    }
}

/// A principal that ignores errors does not make the verifier ignore them.
#[test]
fn lenient_principal_does_not_relax_claim_checks() {
    for last in [
        r#""nbf":"soon""#,
        r#""nbf":1700009999,"nbf":1"#,
        r#""exp":1700000200"#,
        r#""aud":["https://api.example",1]"#,
        r#""sub":"twice""#,
        r#""x":1,"x":2"#,
        r#""jti":1"#,
    ] {
        let token = hs256(SECRET, HEADER, claims_and(last));
        let fault =
            |fault: Option<CredentialError>| assert_eq!(fault, Some(CredentialError::Malformed), "{last}");
        fault(verifier().verify::<Lenient>(token.as_bytes(), at(NOW)).err());
        fault(verifier().verify::<Careless<false>>(token.as_bytes(), at(NOW)).err());
        fault(verifier().verify::<Careless<true>>(token.as_bytes(), at(NOW)).err());
    }
}

/// A slow path gives the same results, so the fast path is tested explicitly.
#[test]
fn common_principal_shapes_parse_in_one_pass() {
    fn passes<P: DeserializeOwned>(payload: &str) -> bool {
        let audience = Audience::OneOf(vec![AUDIENCE.to_owned()]);
        matches!(Claims::default().read_with::<P>(payload.as_bytes(), &audience), Ok(Some(_)))
    }
    assert!(passes::<Plain>(CLAIMS) && passes::<Strict>(CLAIMS) && passes::<Registered>(CLAIMS));
    assert!(passes::<Flat>(CLAIMS) && passes::<Either>(CLAIMS) && passes::<Wrapped>(CLAIMS));
    assert!(passes::<Value>(CLAIMS) && passes::<BTreeMap<String, Value>>(CLAIMS));
    assert!(passes::<Tagged>(&claims_and(r#""kind":"person""#)));
    assert!(!passes::<External>(CLAIMS) && !passes::<()>(CLAIMS));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_members_parse_the_same_in_one_or_two_passes(
        members in prop::collection::vec(
            (
                prop::sample::select(vec!["sub", "exp", "nbf", "iat", "aud", "iss", "jti", "amr", "acr", "roles", "x", "kind", "\\u0073ub"]),
                prop::sample::select(vec!["1", "1.5", "\"a\"", "[]", "[\"a\"]", "null", "{\"sub\":1}", "1700000100", "\"https://api.example\"", "tru", "\"person\""]),
            ),
            0..4,
        ),
    ) {
        let more: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        is_the_same_for_all(&claims_and(&more.join(",")));
        is_the_same_for_all(&format!("{{{}}}", more.join(",")));
    }
}
