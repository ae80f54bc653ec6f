//! An OpenID provider in this process. It answers what the HTTP client of an issuer asks.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use authgate::oauth::{BackendError, Fetch};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::token::claims;

/// The name of the provider.
pub const PROVIDER: &str = "https://id.example";
/// The address of its keys.
pub const JWKS: &str = "https://id.example/jwks";

/// A key with which the provider signs.
#[derive(Debug)]
pub struct SigningKey {
    kid: String,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// Creates a key with this id.
    #[must_use]
    pub fn new(kid: &str) -> Self {
        Self { kid: kid.to_owned(), pair: Ed25519KeyPair::generate().expect("a key") }
    }

    /// Returns the public key.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.kid, "x": x })
    }

    /// Returns a token of [`PROVIDER`] with these claims overridden.
    #[must_use]
    pub fn token(&self, over: &Value) -> String {
        let mut all = claims(&json!({ "iss": PROVIDER }));
        all.as_object_mut().expect("an object").extend(over.as_object().expect("an object").clone());
        self.sign(&json!({}), &all)
    }

    /// Signs these claims. The members of `header` are added to the header.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let mut all = json!({ "alg": "EdDSA", "kid": self.kid });
        all.as_object_mut().expect("an object").extend(header.as_object().expect("an object").clone());
        let parts = [all, claims.clone()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = parts.join(".");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes())))
    }

    /// Returns an `Authorization` field with a token of [`PROVIDER`].
    #[must_use]
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token(&json!({})))
    }
}

/// A response of the provider.
type Reply = Arc<dyn Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync>;

#[derive(Default)]
struct State {
    replies: HashMap<String, Reply>,
    asked: Vec<String>,
    is_down: bool,
    delay: Duration,
}

/// The provider. Clones are the same provider.
#[derive(Clone, Default)]
pub struct Provider(Arc<Mutex<State>>);

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("asked", &self.state().asked).finish_non_exhaustive()
    }
}

impl Provider {
    /// Creates a provider with metadata and these keys.
    #[must_use]
    pub fn new(keys: &[&SigningKey]) -> Self {
        let provider = Self::default();
        let metadata = json!({ "issuer": PROVIDER, "jwks_uri": JWKS });
        provider.serve_json(&format!("{PROVIDER}/.well-known/openid-configuration"), &metadata);
        provider.publish(keys);
        provider
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the published keys.
    pub fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.serve_json(JWKS, &json!({ "keys": keys }));
    }

    /// Answers with this document.
    pub fn serve_json(&self, address: &str, document: &Value) {
        let body = Bytes::from(document.to_string());
        self.serve(address, move || Response::new(body.clone()));
    }

    /// Answers with this response.
    pub fn serve(&self, address: &str, reply: impl Fn() -> Response<Bytes> + Send + Sync + 'static) {
        self.serve_with(address, move |_| reply());
    }

    /// Answers with the response to the request.
    pub fn serve_with(
        &self,
        address: &str,
        reply: impl Fn(&Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    ) {
        self.state().replies.insert(address.to_owned(), Arc::new(reply));
    }

    /// Refuses connections, or accepts them again.
    pub fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// Delays each response.
    pub fn set_delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// Returns how often an address was asked.
    #[must_use]
    pub fn asked(&self, address: &str) -> usize {
        self.state().asked.iter().filter(|asked| *asked == address).count()
    }

    /// Returns the addresses that were asked, in order.
    #[must_use]
    pub fn all_asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }
}

impl Fetch for Provider {
    async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        let address = request.uri().to_string();
        let (reply, is_down, delay) = {
            let mut state = self.state();
            state.asked.push(address.clone());
            (state.replies.get(&address).cloned(), state.is_down, state.delay)
        };
        if delay == Duration::MAX {
            pending::<()>().await;
        }
        tokio::time::sleep(delay).await;
        if is_down {
            return Err(BackendError::new("connection refused"));
        }
        let not_found = || Response::builder().status(404).body(Bytes::new()).map_err(BackendError::new);
        reply.map_or_else(not_found, |reply| Ok(reply(&request)))
    }
}
