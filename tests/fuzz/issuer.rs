use std::sync::{Arc, Mutex};

use authgate::Gate;
use authgate::oauth::{AccessTokens, BackendError, Fetch};
use authgate::scheme::{Bearer, Issuer, Keys};
use axum::body::Bytes as Body;
use http::{HeaderValue, Request, Response};

use crate::app::App;
use crate::bytes::Bytes;
use crate::oracle::Signer;

const TEMPLATE: &str = "https://login.example/{tenantid}/v2.0";

/// Has no document, and keeps the hosts that were asked.
#[derive(Clone, Default)]
struct Nothing(Arc<Mutex<Vec<String>>>);

impl Fetch for Nothing {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, BackendError> {
        self.0.lock().expect("not poisoned").push(request.uri().host().unwrap_or_default().to_owned());
        Response::builder().status(404).body(Body::new()).map_err(BackendError::new)
    }
}

struct Setup {
    app: App,
    asked: Nothing,
}

impl Setup {
    fn new() -> Self {
        let asked = Nothing::default();
        let fixed = Keys::hs256("a secret of at least 32 bytes, of another issuer").expect("long enough");
        let tokens = AccessTokens::from(Issuer::discover("https://id.example/a").fetched_by(asked.clone()))
            .and(Issuer::template_with(TEMPLATE, |tenant| tenant.len() < 9).fetched_by(asked.clone()))
            .and(Issuer::with_keys("https://fixed.example", fixed))
            .audience("https://api.example");
        let gate = Gate::builder().scheme(Bearer::of(&tokens)).build().expect("complete");
        Self { app: App::of(gate), asked }
    }
}

/// From a token that is not verified to an issuer: a token of one of the issuers cannot be checked,
/// any other is rejected, and nothing but the configured hosts is asked.
pub fn issuer(data: &[u8]) {
    thread_local! {
        static SETUP: Setup = Setup::new();
    }
    let mut bytes = Bytes::new(data);
    let (token, name) = match bytes.byte() % 3 {
        0 => (bytes.rest().to_vec(), None),
        1 => {
            let header = bytes.some();
            (Signer::ALL[0].token(header, bytes.rest()), None)
        }
        _ => {
            let name = String::from_utf8_lossy(bytes.rest()).into_owned();
            let payload = serde_json::json!({ "iss": name, "sub": "vera" }).to_string();
            (Signer::ALL[0].token(br#"{"alg":"EdDSA","kid":"a"}"#, payload.as_bytes()), Some(name))
        }
    };
    let Ok(line) = HeaderValue::from_bytes(&[b"Bearer ", token.as_slice()].concat()) else { return };
    SETUP.with(|Setup { app, asked }| {
        let status = app.ask(&[line]).status.as_u16();
        assert!([400, 401, 503].contains(&status), "{status}");
        if let Some(name) = name {
            assert_eq!(status == 503, is_configured(&name), "{name:?}");
        }
        let asked = asked.0.lock().expect("not poisoned");
        assert!(asked.iter().all(|host| host == "id.example" || host == "login.example"), "{asked:?}");
    });
}

fn is_configured(name: &str) -> bool {
    let is_tenant = |tenant: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..9).contains(&tenant.len()) && tenant.bytes().all(is_plain)
    };
    let tenant = name.strip_prefix("https://login.example/").and_then(|rest| rest.strip_suffix("/v2.0"));
    name == "https://id.example/a" || tenant.is_some_and(is_tenant)
}
