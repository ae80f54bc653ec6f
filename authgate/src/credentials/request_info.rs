//! Facts about a request that axum provides, for the operator: the matched route and the peer.

#[cfg(any(feature = "request-info", feature = "proxy"))]
use std::net::SocketAddr;

#[cfg(any(feature = "request-info", feature = "proxy"))]
use axum::extract::connect_info::{ConnectInfo, MockConnectInfo};
use http::Extensions;

/// Returns the pattern of the route with the prefixes of nested routers: `/reports/{id}`. Returns
/// `None` for a fallback and for a nested service.
pub(crate) fn route(extensions: &Extensions) -> Option<&str> {
    #[cfg(feature = "request-info")]
    return extensions.get::<axum::extract::MatchedPath>().map(axum::extract::MatchedPath::as_str);
    #[cfg(not(feature = "request-info"))]
    {
        let _ = extensions;
        None
    }
}

/// Returns the address of the peer, if the server was started with
/// `into_make_service_with_connect_info`. Tests may set it.
#[cfg(any(feature = "request-info", feature = "proxy"))]
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    connected.or_else(|| extensions.get::<MockConnectInfo<SocketAddr>>().map(|MockConnectInfo(peer)| *peer))
}

#[cfg(not(any(feature = "request-info", feature = "proxy")))]
pub(crate) fn peer(_: &Extensions) -> Option<std::net::SocketAddr> {
    None
}
