//! One call of the endpoint (RFC 7662 section 2).

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use tokio::time::Instant;

use super::introspector::{Introspected, Introspector};
use super::{answer, signed};
use crate::error::BackendError;
use crate::jws::remote::refresh::METADATA_AGE;
use crate::jws::remote::{address, discovery};

/// A call without a usable answer.
pub(super) struct Failure {
    pub(super) error: BackendError,
    /// `false` if the failure may be due to the token. Other tokens can then still be introspected.
    pub(super) is_outage: bool,
}

impl Failure {
    pub(super) fn outage(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { error: BackendError::new(error), is_outage: true }
    }

    pub(super) fn of_token(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { error: BackendError::new(error), is_outage: false }
    }
}

impl Introspector {
    /// Asks the issuer about a token.
    pub(super) async fn call(&self, token: &[u8]) -> Result<Introspected, Failure> {
        let endpoint = self.endpoint().await?;
        let result = self.call_at(endpoint.clone(), token).await;
        result.map_err(|failure| {
            let error = BackendError::new(format!("{endpoint}: {}", failure.error));
            Failure { error, ..failure }
        })
    }

    async fn call_at(&self, endpoint: Uri, token: &[u8]) -> Result<Introspected, Failure> {
        let fetch = self.settings.fetch().map_err(Failure::outage)?;
        let request = self.request(endpoint, token).map_err(|error| Failure::of_token(error.to_string()))?;
        let response = discovery::send(fetch, request).await.map_err(|failure| match failure {
            // RFC 6749 section 5.2: the request is wrong, such as for a kind of token that the
            // endpoint does not support. A firewall may reject a token with the other statuses.
            discovery::Failure::Status(
                StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY,
            ) => Failure::of_token(BackendError::from(failure)),
            discovery::Failure::Status(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => {
                Failure::outage(format!(
                    "the endpoint rejects the client with status {status}: check its id and secret"
                ))
            }
            _ => Failure::outage(BackendError::from(failure)),
        })?;
        let body = response.body();
        let claims = if is_signed(&response) {
            self.verified(body).await.map_err(Failure::outage)?
        } else if self.introspection.is_signed {
            return Err(Failure::outage(format!(
                "the answer is not signed: expected the type {}",
                signed::MEDIA_TYPE
            )));
        } else {
            std::str::from_utf8(body).map_err(Failure::outage)?.to_owned()
        };
        answer::read(&claims)
    }

    /// Returns the endpoint, and fetches the metadata if needed.
    async fn endpoint(&self) -> Result<Uri, Failure> {
        if let Some(endpoint) = &self.introspection.endpoint {
            return address::parse(endpoint, self.settings.plain_http()).map_err(Failure::outage);
        }
        let mut known = self.endpoint.lock().await;
        if let Some((_, uri)) = known.as_ref().filter(|(at, _)| at.elapsed() < METADATA_AGE) {
            return Ok(uri.clone());
        }
        // Another call may have failed while this one waited.
        if self.is_paused() {
            return Err(Failure::outage("the metadata could not be fetched"));
        }
        let found = match discovery::metadata(&self.settings).await {
            Ok(metadata) => metadata.introspection_endpoint.ok_or_else(|| {
                BackendError::new(
                    "the metadata has no `introspection_endpoint`: set it with `Introspection::at(..)`",
                )
            }),
            Err(error) => Err(error),
        };
        match found {
            Ok(uri) => {
                *known = Some((Instant::now(), uri.clone()));
                Ok(uri)
            }
            Err(error) => {
                self.pause();
                Err(Failure::outage(error))
            }
        }
    }

    fn request(&self, endpoint: Uri, token: &[u8]) -> http::Result<Request<Bytes>> {
        let settings = &self.introspection;
        let [id, secret] =
            [&settings.client_id, &settings.client_secret].map(|text| form_encoded(text.as_bytes()));
        let accept = if settings.is_signed { signed::MEDIA_TYPE } else { "application/json" };
        let mut body = format!("token={}&token_type_hint=access_token", form_encoded(token));
        let mut request = Request::post(endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, accept);
        if settings.sends_secret_in_body {
            body.push_str(&format!("&client_id={id}&client_secret={secret}"));
        } else {
            let credentials = STANDARD.encode(format!("{id}:{secret}"));
            let mut value = HeaderValue::try_from(format!("Basic {credentials}"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.body(body.into())
    }
}

fn is_signed(response: &Response<Bytes>) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case(signed::MEDIA_TYPE)
}

/// The characters that `application/x-www-form-urlencoded` escapes.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// Encodes a value of a form (RFC 6749 appendix B): `a b+` -> `a+b%2B`.
pub(crate) fn form_encoded(value: &[u8]) -> String {
    // A `%` of the value itself is escaped, so this is always a space.
    percent_encode(value, ESCAPED).to_string().replace("%20", "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6749 appendix B.
    #[test]
    fn form_encoding_matches_rfc_6749() {
        assert_eq!(form_encoded(" %&+\u{a3}\u{20ac}".as_bytes()), "+%25%26%2B%C2%A3%E2%82%AC");
        assert_eq!(form_encoded(b"%20:~*-._aZ9"), "%2520%3A%7E*-._aZ9");
    }
}
