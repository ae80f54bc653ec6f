//! Connections to servers, directly or through a proxy.

mod route;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use rustls::ClientConfig;
use tower_service::Service;

use self::route::{Connection, Route};
use super::proxies::Proxies;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<C> = Pin<Box<dyn Future<Output = Result<C, BoxError>> + Send>>;

/// The bound on the name lookup, the TCP connection, the proxy and the TLS handshake together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Connects to the server of a URI, with TLS for `https`.
#[derive(Clone)]
pub(super) struct Connector(HttpsConnector<Route>);

impl Connector {
    pub(super) fn new(tls: &Arc<ClientConfig>, proxies: Proxies) -> Self {
        Self(HttpsConnector::from((Route::new(tls, proxies), Arc::clone(tls))))
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Connection>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let connecting = self.0.call(server);
        Box::pin(async move {
            tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| {
                Err(io::Error::new(io::ErrorKind::TimedOut, "no connection after 1 s").into())
            })
        })
    }
}
