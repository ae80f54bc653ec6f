//! Fetches the metadata and the keys of an issuer.

use std::time::Duration;

use axum::body::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{Request, Response, StatusCode, Uri};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::Settings;
use super::address::{self, PlainHttp};
#[cfg(feature = "oidc")]
use super::provider::ProviderMetadata;
use crate::error::BackendError;
use crate::fetch::{DynFetch, MAX_RESPONSE_BYTES};
use crate::jws::Keys;

/// The maximum time for the metadata, and for another response.
const MAX_TIME: Duration = Duration::from_secs(3);

/// The metadata of an issuer (RFC 8414 section 2).
#[derive(Clone, Debug)]
pub(in crate::jws) struct Metadata {
    pub(super) jwks_uri: Option<String>,
    pub(super) introspection_endpoint: Option<Uri>,
    #[cfg(feature = "oidc")]
    pub(super) provider: Option<ProviderMetadata>,
}

/// A key set, and the lifetime that its server states.
pub(super) struct Fetched {
    pub(super) keys: Keys,
    pub(super) max_age: Option<Duration>,
}

/// Fetches the metadata from the first address that has it.
///
/// # Errors
///
/// Returns the error that says most: of a document, then of another failure, then of a missing one.
pub(super) async fn metadata(settings: &Settings) -> Result<Metadata, BackendError> {
    match timeout(MAX_TIME, first_metadata(settings)).await {
        Ok(found) => found,
        Err(_) => Err(BackendError::new(format!("no metadata within {} s", MAX_TIME.as_secs()))),
    }
}

async fn first_metadata(settings: &Settings) -> Result<Metadata, BackendError> {
    let base = settings.address().map_err(BackendError::new)?;
    let plain = settings.plain_http_from(&base);
    let mut worst: Option<(Obstacle, String, BackendError)> = None;
    for address in address::metadata(&base) {
        match document(settings, &address, plain).await {
            Ok(metadata) => return Ok(metadata),
            Err((obstacle, error)) => {
                if worst.as_ref().is_none_or(|(other, ..)| obstacle > *other) {
                    worst = Some((obstacle, address, error));
                }
            }
        }
    }
    let text = worst.map_or_else(String::new, |(_, address, error)| format!("{address}: {error}"));
    Err(BackendError::new(text))
}

/// Why an address has no metadata. A greater one says more about what to change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Missing,
    Failed,
    Unusable,
}

/// Fetches one document.
async fn document(
    settings: &Settings,
    address: &str,
    plain: PlainHttp,
) -> Result<Metadata, (Obstacle, BackendError)> {
    let wrong = |error: String| (Obstacle::Unusable, BackendError::new(error));
    let failed = |error: BackendError| (Obstacle::Failed, error);
    let uri = address::parse(address, plain).map_err(wrong)?;
    let fetch = settings.fetch().map_err(failed)?;
    let response = get(fetch, uri, "application/json").await.map_err(|failure| match failure {
        Failure::Status(StatusCode::NOT_FOUND) => (Obstacle::Missing, failure.into()),
        _ => failed(failure.into()),
    })?;
    let members: Map<String, Value> = serde_json::from_slice(response.body())
        .map_err(|error| wrong(format!("the metadata is not JSON: {error}")))?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    // The document of another issuer would replace the keys of this one (RFC 8414 section 3.3).
    if text("issuer") != Some(&*settings.name) {
        let found = text("issuer").map_or("no `issuer`".to_owned(), |found| format!("{found:?}"));
        return Err(wrong(format!(
            "the document is of another issuer: expected {:?}, found {found}",
            settings.name
        )));
    }
    let jwks_uri = text("jwks_uri").map(str::to_owned);
    if let Some(address) = &jwks_uri {
        address::parse_stated(address, plain)
            .map_err(|error| wrong(format!("`jwks_uri` {address:?} {error}")))?;
    }
    let introspection_endpoint = match text("introspection_endpoint") {
        None => None,
        // Keys can be fetched without it, so it is not an error of the document.
        Some(address) => address::parse_stated(address, plain).ok(),
    };
    Ok(Metadata {
        jwks_uri,
        introspection_endpoint,
        #[cfg(feature = "oidc")]
        provider: ProviderMetadata::read(&members, plain),
    })
}

/// Fetches a key set.
///
/// # Errors
///
/// Returns an error if there is no set with a usable key.
pub(super) async fn keys(settings: &Settings, address: &str) -> Result<Fetched, BackendError> {
    let at = |error: &dyn std::fmt::Display| BackendError::new(format!("{address}: {error}"));
    // An address of the metadata is already checked more strictly.
    let uri = address::parse(address, settings.plain_http()).map_err(|error| at(&error))?;
    let response = get(settings.fetch()?, uri, "application/jwk-set+json, application/json").await;
    let response = response.map_err(|failure| at(&BackendError::from(failure)))?;
    let keys = Keys::jwks(response.body()).map_err(|error| at(&error))?;
    Ok(Fetched { keys: settings.usable(keys).map_err(|error| at(&error))?, max_age: max_age(&response) })
}

/// A request without a usable response.
pub(super) enum Failure {
    Status(StatusCode),
    Other(BackendError),
}

impl From<Failure> for BackendError {
    fn from(failure: Failure) -> Self {
        match failure {
            // A redirect is not followed: it could lead to an address that is not configured.
            Failure::Status(status) => Self::new(format!("expected status 200, found {status}")),
            Failure::Other(error) => error,
        }
    }
}

/// Fetches a document.
async fn get(fetch: &dyn DynFetch, uri: Uri, accept: &'static str) -> Result<Response<Bytes>, Failure> {
    let request = Request::get(uri).header(ACCEPT, accept).body(Bytes::new());
    send(fetch, request.map_err(|error| Failure::Other(BackendError::new(error)))?).await
}

/// Sends a request. Every answer but a complete one with status 200 is an error.
pub(super) async fn send(fetch: &dyn DynFetch, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
    let response = send_any(fetch, request).await.map_err(Failure::Other)?;
    match response.status() {
        StatusCode::OK => Ok(response),
        status => Err(Failure::Status(status)),
    }
}

/// Sends a request. Every complete answer is `Ok`, whatever its status.
pub(super) async fn send_any(
    fetch: &dyn DynFetch,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, BackendError> {
    let response = match timeout(MAX_TIME, fetch.dyn_fetch(request)).await {
        Ok(response) => response?,
        Err(_) => return Err(BackendError::new(format!("no response within {} s", MAX_TIME.as_secs()))),
    };
    if response.body().len() > MAX_RESPONSE_BYTES {
        return Err(BackendError::new(format!("the response is longer than {MAX_RESPONSE_BYTES} bytes")));
    }
    Ok(response)
}

/// Returns the lifetime that the server states (RFC 9111 section 5.2.2.1).
fn max_age(response: &Response<Bytes>) -> Option<Duration> {
    let fields =
        response.headers().get_all(CACHE_CONTROL).into_iter().filter_map(|field| field.to_str().ok());
    let mut directives = fields.flat_map(|field| field.split(','));
    directives.find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let seconds = seconds.trim().trim_matches('"').parse().ok()?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| Duration::from_secs(seconds))
    })
}
