//! Proxies, which a test must not take from the environment of the process, and configurations.
#![allow(clippy::unwrap_used, reason = "a test fails with a panic")]

use http::Uri;
use hyper_util::client::proxy::matcher::{Builder, Matcher};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const CA: &str = include_str!("../../../vectors/tls/ca.pem");

fn client(proxies: Builder) -> HttpClient {
    HttpClient::build(tls::with_roots(CA.as_bytes()).unwrap(), Proxies::new(proxies.build()))
}

fn get(uri: impl AsRef<str>) -> Request<Bytes> {
    Request::get(uri.as_ref()).body(Bytes::new()).unwrap()
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Reads up to the end of the request's head.
async fn head(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(read).unwrap().to_ascii_lowercase()
}

/// Answers one request with 200, and returns its head.
async fn answer(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let head = head(&mut stream).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
    head
}

#[tokio::test]
async fn sends_absolute_uri_and_password_to_http_proxy() {
    let (listener, proxy) = listen().await;
    let client = client(Matcher::builder().http(format!("http://ada:s%3Acret@{proxy}")));
    let head = tokio::spawn(answer(listener));
    assert_eq!(client.fetch(get("http://issuer.test:81/keys?a=b")).await.unwrap().body(), "ok");
    let head = head.await.unwrap();
    assert!(head.starts_with("get http://issuer.test:81/keys?a=b http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nhost: issuer.test:81\r\n"), "{head}");
    // `ada:s:cret`
    assert!(head.contains("\r\nproxy-authorization: basic ywrhonm6y3jlda==\r\n"), "{head}");
}

#[tokio::test]
async fn asks_proxy_for_tunnel_and_starts_tls_in_it() {
    let (listener, proxy) = listen().await;
    let client = client(Matcher::builder().https(format!("http://ada:secret@{proxy}")));
    let tunnel = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        // The type of a TLS handshake record (RFC 8446 section 5.1).
        assert_eq!(stream.read_u8().await.unwrap(), 22);
        head
    });
    client.fetch(get("https://issuer.test/keys")).await.unwrap_err();
    let head = tunnel.await.unwrap();
    assert!(head.starts_with("connect issuer.test:443 http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nproxy-authorization: basic ywrhonnly3jlda==\r\n"), "{head}");
}

#[tokio::test]
async fn returns_error_for_refused_tunnel() {
    let (listener, proxy) = listen().await;
    let client = client(Matcher::builder().all(format!("http://ada:wrong@{proxy}")));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        head(&mut stream).await;
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(refusal).await.unwrap();
    });
    let error = client.fetch(get("https://issuer.test/")).await.unwrap_err().to_string();
    assert!(error.ends_with("tunnel error: proxy authorization required"), "{error}");
}

#[tokio::test]
async fn reaches_loopback_without_proxy() {
    // The proxy does not exist.
    let client = client(Matcher::builder().all("http://ada:secret@127.0.0.1:1"));
    let (listener, address) = listen().await;
    let head = tokio::spawn(answer(listener));
    assert_eq!(client.fetch(get(format!("http://{address}/keys"))).await.unwrap().body(), "ok");
    let head = head.await.unwrap();
    assert!(head.starts_with("get /keys http/1.1\r\n"), "{head}");
    assert!(!head.contains("proxy-authorization"), "{head}");
}

#[test]
fn honours_no_proxy() {
    let matcher = Matcher::builder().all("http://proxy.test:3128").no("internal.test, 10.0.0.0/8");
    let proxies = Proxies::new(matcher.build());
    for (uri, is_proxied) in [
        ("https://login.example/", true),
        ("http://login.example/", true),
        ("https://internal.test/", false),
        ("https://idp.internal.test:8443/", false),
        ("https://notinternal.test/", true),
        ("https://10.1.2.3/", false),
        ("https://11.1.2.3/", true),
        ("http://localhost:9400/", false),
        ("http://LOCALHOST/", false),
        ("http://127.8.0.1/", false),
        ("http://[::1]:80/", false),
        ("http://0.0.0.0/", true),
        ("http://localhost.example/", true),
        ("/keys", false),
    ] {
        assert_eq!(proxies.of(&uri.parse().unwrap()).is_some(), is_proxied, "{uri}");
    }
    assert!(Proxies::none().of(&Uri::from_static("https://login.example/")).is_none());
}

#[tokio::test]
async fn rejects_proxies_of_other_kinds() {
    let client = client(Matcher::builder().all("socks5://127.0.0.1:1"));
    for uri in ["https://issuer.test/", "http://issuer.test/"] {
        let error = client.fetch(get(uri)).await.unwrap_err().to_string();
        assert!(error.ends_with("unsupported scheme socks5"), "{error}");
    }
}

#[tokio::test]
async fn prints_no_password_of_proxy() {
    let client = client(Matcher::builder().all("http://ada:pass@word@127.0.0.1:1"));
    assert_eq!(format!("{client:?}"), "HttpClient { .. }");
    for uri in ["https://issuer.test/", "http://issuer.test/"] {
        let error = client.fetch(get(uri)).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("word"), "{error}");
    }
}

#[test]
fn rejects_malformed_root_certificates() {
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let cut = CA.get(..CA.len() - 30).unwrap();
    for (pem, expected) in [
        (String::new(), "root certificates are missing; expected PEM"),
        ("no PEM at all".to_owned(), "root certificates are missing; expected PEM"),
        (include_str!("../../../vectors/tls/server.key.pem").to_owned(), "root certificates are missing"),
        (garbage.to_owned(), "root certificate 1 is malformed: "),
        (format!("{CA}{garbage}"), "root certificate 2 is malformed: "),
        (format!("{CA}{cut}"), "root certificate 2 is malformed: "),
    ] {
        let error = HttpClient::with_root_certificates(&pem).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    HttpClient::with_root_certificates(format!("{CA}{CA}")).unwrap();
}
