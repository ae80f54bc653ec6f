//! A client for DPoP (RFC 9449) that can send any proof. Another library signs them.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::ask::{Answer, ask};
use crate::token::{now, token};

/// The origin of the service.
pub const ORIGIN: &str = "https://api.example";

/// A client with a key.
#[derive(Debug)]
pub struct Client {
    key: EcdsaKeyPair,
}

impl Default for Client {
    fn default() -> Self {
        Self { key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key") }
    }
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sha256(bytes: impl AsRef<[u8]>) -> String {
    base64url(digest(&SHA256, bytes.as_ref()))
}

impl Client {
    /// Returns the coordinates of the key.
    fn coordinates(&self) -> (String, String) {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        (base64url(x), base64url(y))
    }

    /// Returns the thumbprint of the key (RFC 7638 section 3).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let (x, y) = self.coordinates();
        sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#))
    }

    /// Returns a valid token that is bound to the key, with these claims overridden.
    #[must_use]
    pub fn token(&self, over: &Value) -> String {
        let mut over = over.clone();
        over["cnf"] = json!({ "jkt": self.thumbprint() });
        token(&over)
    }

    /// Returns the claims of a proof for a request such as `GET /me`. Each has another `jti`.
    #[must_use]
    pub fn claims(&self, line: &str, token: &str) -> Value {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id).expect("random numbers");
        json!({
            "jti": base64url(id),
            "htm": method,
            "htu": format!("{ORIGIN}{path}"),
            "iat": now(),
            "ath": sha256(token),
        })
    }

    /// Signs a proof with these claims.
    #[must_use]
    pub fn proof(&self, claims: &Value) -> String {
        let (x, y) = self.coordinates();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("signs");
        format!("{signed}.{}", base64url(signature))
    }

    /// Sends a request with a proof for it. The proof has these claims overridden, and `null`
    /// removes a claim.
    pub async fn ask(&self, app: &axum::Router, line: &str, token: &str, over: &Value) -> Answer {
        let mut claims = self.claims(line, token);
        for (name, value) in over.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        send(app, line, token, &self.proof(&claims)).await
    }
}

/// Sends a request with a token and a proof.
pub async fn send(app: &axum::Router, line: &str, token: &str, proof: &str) -> Answer {
    ask(app, line, &[("authorization", &format!("DPoP {token}")), ("dpop", proof)]).await
}

/// Returns the nonce of a server with this key, at a time in seconds.
#[must_use]
pub fn nonce(secret: &[u8], at: u64) -> String {
    let text = [b"authgate dpop nonce\0".as_slice(), &(at / 120).to_be_bytes()].concat();
    base64url(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), &text))
}
