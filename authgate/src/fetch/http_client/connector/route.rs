//! The way to a server, up to where its TLS handshake begins.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{self, Connected, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use super::super::proxies::Proxies;
use super::{BoxError, CONNECT_TIMEOUT, Connecting};

/// Connects to a server: directly, or for `https` by a tunnel through a proxy, or for `http` to a
/// proxy that forwards requests.
#[derive(Clone)]
pub(super) struct Route {
    direct: HttpConnector,
    /// Connects to proxies, with TLS if the proxy's own URI has the scheme `https`.
    to_proxy: HttpsConnector<HttpConnector>,
    proxies: Proxies,
}

impl Route {
    pub(super) fn new(tls: &Arc<ClientConfig>, proxies: Proxies) -> Self {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        // Divided among the addresses of a name, so that one dead address does not use all of it.
        direct.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let to_proxy = HttpsConnector::from((direct.clone(), Arc::clone(tls)));
        Self { direct, to_proxy, proxies }
    }
}

impl Service<Uri> for Route {
    type Response = Connection;
    type Error = BoxError;
    type Future = Connecting<Connection>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        ready!(self.direct.poll_ready(cx))?;
        self.to_proxy.poll_ready(cx)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let Some(proxy) = self.proxies.of(&server) else {
            let connecting = self.direct.call(server);
            return Box::pin(async move { Ok(Connection::to_server(connecting.await?.into())) });
        };
        if server.scheme() == Some(&Scheme::HTTPS) {
            let mut tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy.clone());
            if let Some(authorization) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(authorization.clone());
            }
            let connecting = tunnel.call(server);
            return Box::pin(async move { Ok(Connection::to_server(connecting.await?)) });
        }
        let connecting = self.to_proxy.call(proxy.uri().clone());
        Box::pin(async move { Ok(Connection { stream: connecting.await?, is_forwarded: true }) })
    }
}

/// A connection to a server, or to a proxy that forwards requests.
pub(in super::super) struct Connection {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// A forwarding proxy needs the absolute URI in the request line (RFC 9112 section 3.2.2).
    is_forwarded: bool,
}

impl Connection {
    fn to_server(stream: MaybeHttpsStream<TokioIo<TcpStream>>) -> Self {
        Self { stream, is_forwarded: false }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut MaybeHttpsStream<TokioIo<TcpStream>>> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl connect::Connection for Connection {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_forwarded)
    }
}

impl Read for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, buffer)
    }
}

impl Write for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(cx, slices)
    }
}
