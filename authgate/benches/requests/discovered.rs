//! An issuer whose keys are fetched. A request should cost what it costs with a configured key.

use authgate::Gate;
use authgate::oauth::{AccessTokens, BackendError, Fetch};
use authgate::scheme::{Bearer, Issuer};
use aws_lc_rs::signature::KeyPair as _;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use serde_json::json;
use tokio::runtime::Builder;

use crate::apps::{App, guarded};
use crate::keys::ED;
use crate::tokens::{AUDIENCE, Algorithm, ISSUER};

pub(crate) const DISCOVERED: App = App::new("discovered", |algorithm| {
    (algorithm == Algorithm::EdDSA).then(|| {
        let issuer = Issuer::discover(ISSUER).jwks_uri("https://issuer.example/jwks").fetched_by(Keys);
        let tokens = AccessTokens::from(issuer).audience(AUDIENCE);
        // The keys are used as long as the runtime that fetched them exists.
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        Box::leak(Box::new(runtime)).block_on(async {
            let router = guarded(Gate::builder().scheme(Bearer::of(&tokens).realm("api")));
            while !tokens.health().iter().all(|issuer| issuer.has_keys) {
                tokio::task::yield_now().await;
            }
            router
        })
    })
});

struct Keys;

impl Fetch for Keys {
    async fn fetch(&self, _: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        let x = URL_SAFE_NO_PAD.encode(ED.public_key().as_ref());
        let keys = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x }] });
        Ok(Response::new(keys.to_string().into()))
    }
}
