//! `HttpClient` and certificates, and the proxies that the environment names.

use std::env;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use authgate::oauth::{Fetch as _, HttpClient};
use axum::Router;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::http_client::{CA, get_from};

const UNKNOWN_CA: &str = include_str!("../../authgate/vectors/tls/unknown-ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../authgate/vectors/tls/server.pem");
const KEY: &[u8] = include_bytes!("../../authgate/vectors/tls/server.key.pem");

/// A server with a certificate for `issuer.test`, `localhost` and `127.0.0.1`.
async fn serve(versions: &[&'static SupportedProtocolVersion]) -> SocketAddr {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().unwrap().port()));
    let chain = CertificateDer::pem_slice_iter(CERTIFICATE).collect::<Result<_, _>>().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY).unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let app = TowerToHyperService::new(Router::new().route("/keys", get(async || "keys")));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, app) = (acceptor.clone(), app.clone());
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await?;
                http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), app)
                    .await
                    .map_err(std::io::Error::other)
            });
        }
    });
    address
}

#[tokio::test]
async fn trusts_given_root_certificate() {
    let client = HttpClient::with_root_certificates([UNKNOWN_CA, CA].concat()).unwrap().without_proxy();
    for tls in [&version::TLS12, &version::TLS13] {
        let port = serve(&[tls]).await.port();
        for host in ["127.0.0.1", "localhost"] {
            let response = client.fetch(get_from(format!("https://{host}:{port}/keys"))).await.unwrap();
            assert_eq!(response.body(), "keys");
        }
    }
}

#[tokio::test]
async fn rejects_certificate_of_unknown_authority() {
    let uri = format!("https://{}/keys", serve(rustls::ALL_VERSIONS).await);
    for client in [HttpClient::with_root_certificates(UNKNOWN_CA).unwrap(), HttpClient::new().unwrap()] {
        let error = client.without_proxy().fetch(get_from(&uri)).await.unwrap_err().to_string();
        assert!(error.contains("invalid peer certificate: UnknownIssuer"), "{error}");
    }
}

#[tokio::test]
async fn rejects_certificate_for_another_name() {
    let port = serve(rustls::ALL_VERSIONS).await.port();
    let client = HttpClient::with_root_certificates(CA).unwrap().without_proxy();
    let error =
        client.fetch(get_from(format!("https://127.0.0.2:{port}/keys"))).await.unwrap_err().to_string();
    assert!(error.contains("invalid peer certificate: certificate not valid for name"), "{error}");
}

#[tokio::test]
async fn sets_no_default_tls_provider() {
    HttpClient::new().unwrap().without_proxy().fetch(get_from("https://127.0.0.1:1/")).await.unwrap_err();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

/// Forwards tunnels for `issuer.test:443` to `server`.
async fn proxy(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                stream.read_line(&mut head).await.unwrap();
            }
            assert!(head.starts_with("CONNECT issuer.test:443 HTTP/1.1\r\n"), "{head}");
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(server).await.unwrap();
            drop(copy_bidirectional(&mut stream, &mut server).await);
        }
    });
    address
}

/// The variables are those of a child process, because the environment of this one is shared. The
/// child runs this test, too, and fetches.
#[tokio::test(flavor = "multi_thread")]
async fn uses_proxy_of_environment() {
    if env::var_os("AUTHGATE_TEST_CHILD").is_some() {
        let client = HttpClient::with_root_certificates(CA).unwrap();
        let response = client.fetch(get_from("https://issuer.test/keys")).await.unwrap();
        assert_eq!(response.body(), "keys");
        return;
    }
    let proxy = format!("http://{}", proxy(serve(rustls::ALL_VERSIONS).await).await);
    for (variables, is_reached) in [
        (&[("HTTPS_PROXY", proxy.as_str())][..], true),
        (&[("all_proxy", &proxy)], true),
        (&[("HTTPS_PROXY", &proxy), ("NO_PROXY", ".test")], false),
        (&[("HTTPS_PROXY", &proxy), ("REQUEST_METHOD", "GET")], false),
        (&[("HTTP_PROXY", &proxy)], false),
        (&[], false),
    ] {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "tls::uses_proxy_of_environment"]).env("AUTHGATE_TEST_CHILD", "1");
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        let output = child.envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("running 1 test"), "{text}");
        assert_eq!(output.status.success(), is_reached, "{variables:?}: {text}");
    }
}
