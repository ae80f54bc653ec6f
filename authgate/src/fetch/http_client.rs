//! The HTTP client of the feature `fetch`.

mod connector;
mod proxies;
#[cfg(test)]
mod tests;
mod tls;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http::header::{HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use http::uri::Scheme;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use self::connector::Connector;
use self::proxies::Proxies;
use super::{BackendError, Fetch, MAX_RESPONSE_BYTES};
use crate::error::ConfigError;

/// Shorter than the time after which common servers and load balancers close an idle connection.
const IDLE: Duration = Duration::from_secs(30);
const MAX_IDLE_CONNECTIONS: usize = 16;
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The default HTTP client: HTTP/1.1 with TLS 1.2 and 1.3, by hyper and rustls.
///
/// - It follows no redirect, and reads at most [`MAX_RESPONSE_BYTES`] of a body.
/// - It gives up on a connection after one second. The second includes the name lookup, the proxy
///   and the TLS handshake.
/// - It trusts the root certificates of the system, or those of [`Self::with_root_certificates`].
/// - It uses the proxies that the environment names, as curl does: `HTTPS_PROXY`, `HTTP_PROXY`,
///   `ALL_PROXY` and `NO_PROXY`. A proxy has the scheme `http` or `https`. Loopback addresses are
///   reached without a proxy, and a CGI process (`REQUEST_METHOD` is set) uses none.
/// - It keeps an idle connection for 30 seconds. If the server closes an idle connection, the next
///   request uses a new one.
///
/// The client needs a Tokio runtime with I/O and time. Clones share their connections. The client
/// neither reads nor sets the default TLS provider of the process.
///
/// # Examples
///
/// ```no_run
/// use authgate::oauth::{BackendError, Fetch as _, HttpClient};
/// use axum::body::Bytes;
/// use http::{Request, StatusCode};
///
/// # async fn keys() -> Result<(), Box<dyn std::error::Error>> {
/// let client = HttpClient::new()?;
/// let request = Request::get("https://login.example.com/jwks").body(Bytes::new())?;
/// let response = client.fetch(request).await?;
/// assert_eq!(response.status(), StatusCode::OK);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HttpClient {
    client: Client<Connector, Full<Bytes>>,
    tls: Arc<ClientConfig>,
    proxies: Proxies,
}

impl HttpClient {
    /// Creates a client that trusts the root certificates of the system.
    ///
    /// On Linux, these are the files of the package `ca-certificates`. The environment variables
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` replace them. The certificates are read once, here.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the system has no root certificates, such as a container without
    /// the package `ca-certificates`.
    pub fn new() -> Result<Self, ConfigError> {
        Ok(Self::build(tls::with_native_roots()?, Proxies::from_env()))
    }

    /// Creates a client that trusts only the certificate authorities in `pem`, such as a company's
    /// own. The root certificates of the system are not read.
    ///
    /// `pem` contains one or more blocks `-----BEGIN CERTIFICATE-----`. Other blocks are ignored.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if `pem` contains no certificate, or a malformed one.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use authgate::oauth::HttpClient;
    ///
    /// # fn client() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = HttpClient::with_root_certificates(std::fs::read("company-ca.pem")?)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_root_certificates(pem: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Ok(Self::build(tls::with_roots(pem.as_ref())?, Proxies::from_env()))
    }

    /// Ignores the proxies that the environment names.
    #[must_use]
    pub fn without_proxy(self) -> Self {
        Self::build(self.tls, Proxies::none())
    }

    fn build(tls: Arc<ClientConfig>, proxies: Proxies) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MAX_IDLE_CONNECTIONS)
            .http1_max_buf_size(MAX_HEADER_BYTES)
            .build(Connector::new(&tls, proxies.clone()));
        Self { client, tls, proxies }
    }

    /// Adds the header fields that do not come from the caller.
    fn complete(&self, request: &mut Request<Full<Bytes>>) {
        // A tunnel for `https` sends the proxy's password in its CONNECT request instead.
        let authorization = match self.proxies.of(request.uri()) {
            Some(proxy) if request.uri().scheme() == Some(&Scheme::HTTP) => proxy.basic_auth().cloned(),
            _ => None,
        };
        if let Some(authorization) = authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        // Some firewalls reject requests without it.
        let agent = HeaderValue::from_static(concat!("authgate/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().entry(USER_AGENT).or_insert(agent);
    }
}

impl Fetch for HttpClient {
    async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        let mut request = request.map(Full::new);
        self.complete(&mut request);
        let response = self.client.request(request).await.map_err(|error| with_sources(&error))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_RESPONSE_BYTES);
        let body = body.collect().await.map_err(|error| with_sources(&*error))?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

/// Prints neither the certificates nor the proxies, which may have passwords.
impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

/// An error with its causes: `client error (Connect): tcp connect error: Connection refused`.
fn with_sources(error: &(dyn Error + 'static)) -> BackendError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    BackendError::new(text)
}
