//! JWK Sets (RFC 7517 section 5).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::key_type::KeyType;
use super::material::Material;
use super::{Problem, PublicKey};
use crate::jws::key::Key;
use crate::jws::{Algorithm, KeyError, Keys};
use crate::log::OneLine;

/// The maximum size of a JWK Set, in bytes. Published sets are far smaller.
const MOST_BYTES: usize = 1 << 20;

type Jwk = Map<String, Value>;

/// The maximum number of keys that are logged per set.
const MAX_LOGGED: usize = 10;

/// Parses a JWK Set and returns its usable keys. A set without any is an error.
///
/// A key that cannot be used is skipped (RFC 7517 section 5), with a warning if it is malformed or
/// is a secret.
pub(super) fn read(json: &[u8]) -> Result<Keys, KeyError> {
    if json.len() > MOST_BYTES {
        return Err(KeyError::new(format!("the JWK set is larger than {MOST_BYTES} bytes")));
    }
    let set: Value = serde_json::from_slice(json)
        .map_err(|error| KeyError::new(format!("the JWK set is not JSON: {error}")).because(error))?;
    let members = set
        .get("keys")
        .and_then(Value::as_array)
        .ok_or_else(|| KeyError::new("`keys` is missing: expected a JWK set, `{\"keys\": [..]}`"))?;
    let (mut keys, mut unusable): (Vec<Key>, Vec<_>) = (Vec::new(), Vec::new());
    warn_of_private_members(members);
    for (index, member) in members.iter().enumerate() {
        match member.as_object().ok_or_else(|| wrong("keys", "an array of objects")).and_then(key) {
            Ok(key) => keys.extend(key),
            Err(error) => unusable.push((index, member, error)),
        }
    }
    if keys.is_empty() {
        let first = unusable.into_iter().next();
        return Err(first
            .map_or_else(|| KeyError::new(NO_KEY), |(index, member, error)| error.at(place(index, member))));
    }
    for (index, member, error) in unusable.iter().take(MAX_LOGGED) {
        let kid = kid(member);
        tracing::warn!(target: "authgate::gate", index, kid, %error, "a key of a JWK Set is skipped, because it cannot be used");
    }
    Ok(Keys::of(keys))
}

/// Returns the id of a key, for the log.
fn kid(member: &Value) -> Option<tracing::field::DisplayValue<String>> {
    let kid = member.get("kid")?.as_str()?;
    Some(tracing::field::display(OneLine(&kid).to_string()))
}

/// The members that contain a part of a private key or of a secret (RFC 7518 sections 6.2.2, 6.3.2
/// and 6.4.1, RFC 8037 section 2).
pub(in crate::jws) const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Logs keys with private members. A set for verification is public, so all its readers could sign
/// tokens. The names of the members are logged, never their values.
fn warn_of_private_members(members: &[Value]) {
    let names = |member: &Value| {
        let has = |name: &&str| member.get(*name).is_some();
        PRIVATE_MEMBERS.into_iter().filter(has).collect::<Vec<_>>().join(", ")
    };
    let exposed = members.iter().enumerate().map(|(index, member)| (index, member, names(member)));
    for (index, member, names) in exposed.filter(|(.., names)| !names.is_empty()).take(MAX_LOGGED) {
        let kid = kid(member);
        tracing::warn!(
            target: "authgate::gate",
            index,
            kid,
            members = names,
            "a JWK Set contains a private key: publish the public members only, and replace the key if the set was published"
        );
    }
}

/// Reads a JWK Set from a file.
pub(super) fn read_file(path: &Path) -> Result<Keys, KeyError> {
    let mut json = Vec::new();
    // One byte more than allowed: detects a larger file without reading all of it.
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES as u64 + 1).read_to_end(&mut json))
        .map_err(|error| KeyError::new(format!("cannot be read: {error}")).because(error))
        .and_then(|_| read(&json))
        .map_err(|error| error.at(path.display()))
}

fn place(index: usize, member: &Value) -> String {
    match member.get("kid").and_then(Value::as_str) {
        Some(kid) => format!("key {index} (kid {kid:?})"),
        None => format!("key {index}"),
    }
}

/// Parses one key. Returns `None` if its purpose, type or algorithm is not supported by this build.
pub(in crate::jws) fn key(jwk: &Jwk) -> Result<Option<Key>, KeyError> {
    let kty = text(jwk, "kty")?.ok_or_else(|| wrong("kty", "present"))?;
    if kty == "oct" {
        return Err(KeyError::new(
            "found a secret (`kty` `oct`) in a JWK set, which is public: write `Keys::hs256(secret)`",
        ));
    }
    if !verifies(jwk)? {
        return Ok(None);
    }
    let kind = match (kty, text(jwk, "crv")?) {
        ("RSA", _) => KeyType::Rsa,
        ("EC", Some("P-256")) => KeyType::P256,
        ("EC", Some("P-384")) => KeyType::P384,
        ("OKP", Some("Ed25519")) => KeyType::Ed25519,
        _ => return Ok(None),
    };
    let named = text(jwk, "alg")?;
    let algorithm = match named.map(Algorithm::named) {
        None => kind.usual(),
        Some(Some(algorithm)) => algorithm,
        Some(None) => return Ok(None),
    };
    kind.check(algorithm)?;
    let material = match kind {
        KeyType::Rsa => Material::rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?),
        KeyType::P256 => Material::p256(&point(jwk, 32)?),
        KeyType::P384 => Material::p384(&point(jwk, 48)?),
        KeyType::Ed25519 => Material::ed25519(&coordinate(jwk, "x", 32)?),
    };
    let mut key = match PublicKey::prepare(algorithm, material?) {
        Ok(key) => Key::from(key),
        Err(Problem::Off { .. }) => return Ok(None),
        Err(problem) => return Err(problem.into()),
    };
    key.id = text(jwk, "kid")?.map(Into::into);
    key.algorithm_is_assumed = named.is_none();
    #[cfg(feature = "oauth")]
    {
        key.stated_issuer = text(jwk, "issuer").ok().flatten().map(Into::into);
    }
    Ok(Some(key))
}

/// Returns `true` if the key is meant for verifying signatures (RFC 7517 sections 4.2 and 4.3).
fn verifies(jwk: &Jwk) -> Result<bool, KeyError> {
    let operations = match jwk.get("key_ops") {
        None => true,
        Some(Value::Array(operations)) => operations.iter().any(|operation| operation == "verify"),
        Some(_) => return Err(wrong("key_ops", "an array")),
    };
    Ok(operations && text(jwk, "use")?.is_none_or(|purpose| purpose == "sig"))
}

/// Returns the uncompressed point (SEC 1 section 2.3.3).
fn point(jwk: &Jwk, size: usize) -> Result<Vec<u8>, KeyError> {
    let mut point = vec![4];
    point.extend(coordinate(jwk, "x", size)?);
    point.extend(coordinate(jwk, "y", size)?);
    Ok(point)
}

/// Returns a coordinate, whose length must match the curve (RFC 7518 section 6.2.1.2, RFC 8037
/// section 2).
fn coordinate(jwk: &Jwk, name: &'static str, size: usize) -> Result<Vec<u8>, KeyError> {
    let coordinate = bytes(jwk, name)?;
    if coordinate.len() == size {
        Ok(coordinate)
    } else {
        Err(wrong(name, "as long as a coordinate of its curve"))
    }
}

fn bytes(jwk: &Jwk, name: &'static str) -> Result<Vec<u8>, KeyError> {
    let text = text(jwk, name)?.ok_or_else(|| wrong(name, "present"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong(name, "base64url without padding"))
}

fn text<'jwk>(jwk: &'jwk Jwk, name: &'static str) -> Result<Option<&'jwk str>, KeyError> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(name, "a string")),
    }
}

/// Returns the error of a member: `kty` must be present.
fn wrong(name: &str, should: &str) -> KeyError {
    KeyError::new(format!("`{name}` must be {should}"))
}

const NO_KEY: &str = if cfg!(any(feature = "aws-lc", feature = "rust-crypto")) {
    "the JWK set has no key that verifies RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA"
} else {
    "the JWK set has no key that verifies EdDSA, and RSA and ECDSA require the feature `asymmetric` of authgate: write \
     `features = [\"asymmetric\"]` in `Cargo.toml`, or \"rust-crypto\" for an implementation in pure Rust"
};
