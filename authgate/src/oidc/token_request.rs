//! Exchanges a code for tokens (OpenID Connect Core 1.0 section 3.1.3, RFC 6749 section 4.1.3).

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, StatusCode};
use serde_json::{Map, Value};

use super::login::Inner;
use crate::error::BackendError;
use crate::jws::{ProviderMetadata, form_encoded};
use crate::secret::debug_only;

/// The tokens that the login uses.
pub(super) struct Tokens {
    pub(super) id_token: String,
    /// Only compared with the ID token, and then dropped.
    pub(super) access_token: Option<String>,
}

debug_only!([] Tokens);

/// Why there are no tokens.
#[derive(Debug)]
pub(super) enum NoTokens {
    /// The code is not valid for this login.
    InvalidCode,
    /// The provider does not respond, or rejects this client.
    Failed(BackendError),
}

impl Inner {
    /// Exchanges a code.
    pub(super) async fn exchange(
        &self,
        metadata: &ProviderMetadata,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, NoTokens> {
        let failed = |error: String| NoTokens::Failed(BackendError::new(error));
        let request = self.token_request(metadata, code, verifier).map_err(NoTokens::Failed)?;
        let response = self.provider.send(request).await.map_err(NoTokens::Failed)?;
        let status = response.status();
        let answer: Option<Map<String, Value>> = serde_json::from_slice(response.body()).ok();
        let text = |name: &str| answer.as_ref()?.get(name)?.as_str();
        match (status, text("error")) {
            (StatusCode::OK, _) => {}
            (StatusCode::BAD_REQUEST, Some("invalid_grant")) => return Err(NoTokens::InvalidCode),
            (_, error) => {
                // The registered codes (RFC 6749 section 5.2) have no secret. Other texts may.
                let known =
                    ["invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type"];
                let error = known.into_iter().find(|known| error == Some(*known)).unwrap_or("unknown");
                return Err(failed(format!("expected status 200, found {status} with the error `{error}`")));
            }
        }
        let id_token = text("id_token").ok_or_else(|| failed("the answer has no ID token".to_owned()))?;
        let access_token = text("access_token").map(str::to_owned);
        Ok(Tokens { id_token: id_token.to_owned(), access_token })
    }

    fn token_request(
        &self,
        metadata: &ProviderMetadata,
        code: &str,
        verifier: &str,
    ) -> Result<Request<Bytes>, BackendError> {
        let redirect_uri = self.redirect_uri();
        let mut body = String::from("grant_type=authorization_code");
        let mut add = |name: &str, value: &str| {
            body.push_str(&format!("&{name}={}", form_encoded(value.as_bytes())));
        };
        add("code", code);
        add("redirect_uri", &redirect_uri);
        add("code_verifier", verifier);
        let mut request = Request::post(&metadata.token_endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json");
        match &self.client_secret {
            None => add("client_id", &self.client_id),
            Some(secret) if metadata.takes_basic => {
                let [id, secret] = [&self.client_id, secret].map(|text| form_encoded(text.as_bytes()));
                let credentials = STANDARD.encode(format!("{id}:{secret}"));
                let mut value =
                    HeaderValue::try_from(format!("Basic {credentials}")).map_err(BackendError::new)?;
                value.set_sensitive(true);
                request = request.header(AUTHORIZATION, value);
            }
            Some(secret) if metadata.takes_post => {
                add("client_id", &self.client_id);
                add("client_secret", secret);
            }
            Some(_) => {
                return Err(BackendError::new(
                    "the provider accepts neither `client_secret_basic` nor `client_secret_post`",
                ));
            }
        }
        request.body(body.into()).map_err(BackendError::new)
    }
}
