//! The HTTP client that fetches documents of an issuer.

#[cfg(feature = "fetch")]
mod http_client;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use http::{Request, Response};

use crate::error::BackendError;
#[cfg(feature = "fetch")]
pub use http_client::HttpClient;

/// The maximum length of a response, in bytes: 256 KiB. A longer one is an error.
pub const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Returns `true` if the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// An HTTP client that fetches the documents and keys of an issuer, and asks it about tokens.
///
/// The URI of a request is absolute. Every response with a complete body is `Ok`, whatever its
/// status. An implementation
///
/// - follows no redirect, because a redirect could lead to an address that is not configured,
/// - reads at most [`MAX_RESPONSE_BYTES`] of the body,
/// - gives up on a connection that is not established after one second.
///
/// authgate gives up on the whole request after three seconds, and drops the future.
///
/// # Examples
///
/// The feature `fetch` adds an implementation, `HttpClient`. An application that already has a
/// `reqwest::Client` can use that one instead:
///
/// ```ignore
/// struct Reqwest(reqwest::Client);
///
/// impl Fetch for Reqwest {
///     async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
///         let request = request.try_into().map_err(BackendError::new)?;
///         let response = self.0.execute(request).await.map_err(BackendError::new)?;
///         let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
///         let body = axum::body::to_bytes(axum::body::Body::new(body), MAX_RESPONSE_BYTES).await;
///         Ok(Response::from_parts(parts, body.map_err(BackendError::new)?))
///     }
/// }
///
/// let client = reqwest::Client::builder()
///     .redirect(reqwest::redirect::Policy::none())
///     .connect_timeout(Duration::from_secs(1))
///     .build()?;
/// let client = Reqwest(client);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot fetch the documents of an issuer",
    label = "not an HTTP client for authgate",
    note = "use the feature `fetch`, or implement `authgate::oauth::Fetch` for `{Self}`"
)]
pub trait Fetch: Send + Sync + 'static {
    /// Sends the request and reads the response.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if there is no complete response, or if its body is too long.
    fn fetch(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, BackendError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<F: Fetch> Fetch for Arc<F> {
    fn fetch(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, BackendError>> + Send {
        F::fetch(self, request)
    }
}

/// [`Fetch`] as a trait object.
pub(crate) trait DynFetch: Send + Sync {
    fn dyn_fetch(&self, request: Request<Bytes>) -> DynResponse<'_>;
}

pub(crate) type DynResponse<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send + 'a>>;

impl<F: Fetch> DynFetch for F {
    fn dyn_fetch(&self, request: Request<Bytes>) -> DynResponse<'_> {
        Box::pin(self.fetch(request))
    }
}
