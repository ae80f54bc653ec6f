//! A proxy that authenticates users, over real connections and with simulated peer addresses.

use std::net::SocketAddr;

use authgate::danger::TrustedProxy;
use authgate::gate::GateBuilder;
use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::User;
use authgate_tests::ask::{Answer, request, send};
use axum::extract::ConnectInfo;
use axum::extract::connect_info::MockConnectInfo;
use tokio::net::TcpListener;
use tracing::Level;

use crate::events::capture::capture;
use crate::socket::connection::{Connection, Read};

const REASON: &str = "the sign-on proxy, which replaces the field";
const CHALLENGE: &[&str] = &[r#"TrustedProxy realm="intranet""#];

fn proxy(peers: &[&str]) -> TrustedProxy<User> {
    TrustedProxy::new("x-forwarded-user", REASON, peers, |name| {
        (name != "nobody").then(|| User::new(name, &[], &[]))
    })
    .realm("intranet")
}

async fn me(user: Authenticated<User>) -> String {
    format!("{} {}", user.sub, user.context().scheme())
}

fn app(peers: &[&str]) -> axum::Router {
    let gate = Gate::builder().scheme(proxy(peers)).build().unwrap();
    Router::new().route("/me", get(me).post(me)).with_state(gate)
}

/// Sends a request from this peer address.
async fn ask_from(peer: &str, peers: &[&str], fields: &[(&str, &str)]) -> Answer {
    let mut request = request("GET /me", fields);
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(SocketAddr::new(peer.parse().unwrap(), 4711)));
    send(&app(peers), request).await
}

const VERA: &[(&str, &str)] = &[("x-forwarded-user", "vera")];

#[tokio::test]
async fn caller_name_is_accepted_only_from_a_trusted_peer() {
    for (peers, peer) in [
        (&["10.1.2.3"][..], "10.1.2.3"),
        (&["10.1.2.3"], "::ffff:10.1.2.3"),
        (&["192.0.2.1", "10.0.0.0/8"], "10.255.0.1"),
        (&["fd00:1::/64"], "fd00:1::7"),
        (&["::ffff:10.0.0.0/104"], "10.1.2.3"),
    ] {
        ask_from(peer, peers, VERA).await.assert_is(200, "vera TrustedProxy");
        ask_from(peer, peers, &[]).await.assert_denied(401, "credentials_missing", CHALLENGE);
    }
    for (peers, peer) in [
        (&["10.1.2.3"][..], "10.1.2.4"),
        (&["10.0.0.0/8"], "11.0.0.1"),
        (&["10.0.0.0/8"], "::10.1.2.3"),
        (&["127.0.0.1"], "::1"),
        (&["fd00:1::/64"], "fd00:1:0:1::7"),
    ] {
        ask_from(peer, peers, VERA).await.assert_denied(401, "credentials_rejected", CHALLENGE);
        ask_from(peer, peers, &[]).await.assert_denied(401, "credentials_missing", CHALLENGE);
    }
}

#[tokio::test]
async fn unknown_user_of_the_proxy_is_rejected() {
    let answer = ask_from("10.1.2.3", &["10.1.2.3"], &[("x-forwarded-user", "nobody")]).await;
    answer.assert_denied(401, "credentials_rejected", CHALLENGE);
    assert_eq!(answer.header("vary"), Some("accept, x-forwarded-user"));
}

#[tokio::test]
async fn caller_name_from_an_untrusted_peer_is_logged() {
    let (answer, events) = capture(ask_from("192.0.2.7", &["10.1.2.3"], VERA)).await;
    answer.assert_denied(401, "credentials_rejected", CHALLENGE);
    let event = events.iter().find(|event| event.field("peer").is_some()).expect("an event");
    assert_eq!((event.target, event.level), ("authgate::authentication", Level::WARN));
    event.assert_fields(&[
        ("field", "x-forwarded-user"),
        ("message", "a peer that is not a trusted proxy sent the name of a caller"),
        ("peer", "192.0.2.7"),
        ("scheme", "TrustedProxy"),
    ]);
}

#[tokio::test]
async fn missing_peer_address_is_503_and_logs_the_fix() {
    let (answer, events) = capture(send(&app(&["10.1.2.3"]), request("GET /me", VERA))).await;
    answer.assert_denied(503, "undecided", &[]);
    let said = |event: &crate::events::capture::Event| {
        event.field("message").is_some_and(|text| {
            text.contains("serve with `into_make_service_with_connect_info::<SocketAddr>()`")
        }) && (event.target, event.level) == ("authgate::gate", Level::ERROR)
    };
    assert!(events.iter().any(said), "{events:?}");
    let anonymous = send(&app(&["10.1.2.3"]), request("GET /me", &[])).await;
    anonymous.assert_denied(401, "credentials_missing", CHALLENGE);
}

#[tokio::test]
async fn mock_connect_info_sets_the_peer_address() {
    let peer: SocketAddr = "10.1.2.3:80".parse().unwrap();
    let app = app(&["10.1.2.3"]).layer(MockConnectInfo(peer));
    send(&app, request("GET /me", VERA)).await.assert_is(200, "vera TrustedProxy");
    let mut real = request("GET /me", VERA);
    real.extensions_mut().insert(ConnectInfo::<SocketAddr>("192.0.2.7:80".parse().unwrap()));
    send(&app, real).await.assert_denied(401, "credentials_rejected", CHALLENGE);
}

/// The proxy authenticates users by a cookie. A cross-site page can make a browser send it.
#[tokio::test]
async fn cross_site_post_is_403() {
    let peer: SocketAddr = "10.1.2.3:80".parse().unwrap();
    let app = app(&["10.1.2.3"]).layer(MockConnectInfo(peer));
    for (line, site, status) in
        [("POST /me", "cross-site", 403), ("POST /me", "same-origin", 200), ("GET /me", "cross-site", 200)]
    {
        let answer = send(&app, request(line, &[VERA[0], ("sec-fetch-site", site)])).await;
        assert_eq!(answer.status, status, "{line} {site}");
        if status == 403 {
            answer.assert_denied(403, "cross_site", &[]);
        }
    }
}

/// Sends a request over TCP from this machine to an application that trusts these peers.
async fn through_tcp(peers: &[&str], lines: &str) -> Read {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app(peers).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut connection = Connection::at(address).await;
    connection.send(format!("GET /me HTTP/1.1\r\nHost: x\r\n{lines}\r\n").as_bytes()).await;
    connection.read().await
}

#[tokio::test]
async fn tcp_peer_address_decides_and_forwarded_fields_do_not() {
    for peers in [&["127.0.0.1"][..], &["127.0.0.0/8"], &["::ffff:127.0.0.1"]] {
        let answer = through_tcp(peers, "X-Forwarded-User: vera\r\n").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "vera TrustedProxy"));
    }
    for lines in [
        "X-Forwarded-User: vera\r\n",
        "X-Forwarded-User: vera\r\nX-Forwarded-For: 10.1.2.3\r\nForwarded: for=10.1.2.3\r\nX-Real-IP: 10.1.2.3\r\n",
    ] {
        let answer = through_tcp(&["10.1.2.3", "::1"], lines).await;
        assert_eq!(answer.status, 401);
        assert!(answer.body.contains("credentials_rejected"), "{}", answer.body);
    }
    let two = through_tcp(&["127.0.0.1"], "X-Forwarded-User: vera\r\nx-forwarded-user: ada\r\n").await;
    assert!(two.status == 400 && two.body.contains("credentials_ambiguous"), "{}", two.body);
}

#[test]
fn invalid_configuration_is_a_config_error() {
    let build = |scheme: TrustedProxy<User>| -> GateBuilder<User> { Gate::builder().scheme(scheme) };
    let made = |field: &str, reason: &'static str, peers: &[&str]| {
        build(TrustedProxy::new(field, reason, peers, |_| None).realm("intranet"))
    };
    assert!(made("x-forwarded-user", REASON, &["10.1.2.3"]).build().is_ok());
    for (gate, expected) in [
        (
            made("x-user", " \t", &["10.1.2.3"]),
            "the reason of `TrustedProxy` is blank: state why the setting is safe here",
        ),
        (made("x-user", REASON, &[]), "trusts no peer and rejects every caller: add the address"),
        (made("x-user", REASON, &["10.1.2.3", "0.0.0.0/0"]), "\"0.0.0.0/0\" contains all addresses"),
        (made("x-user", REASON, &["::/0"]), "\"::/0\" contains all addresses"),
        (
            made("x-user", REASON, &["10.1.2.3/8"]),
            "write \"10.1.2.3\" for the address, or \"10.0.0.0/8\" for the whole network",
        ),
        (
            made("x-user", REASON, &["proxy.example"]),
            "\"proxy.example\" is not an address of a peer: write an address",
        ),
        (made("authorization", REASON, &["10.1.2.3"]), "cannot read the header field \"authorization\""),
        (
            made("x user", REASON, &["10.1.2.3"]),
            "cannot read the header field \"x user\": it is not a valid field name",
        ),
        (
            build(TrustedProxy::new("x-user", REASON, ["10.1.2.3"], |_| None)),
            "the challenge of `TrustedProxy` has no realm",
        ),
    ] {
        let error = gate.build().expect_err("cannot work").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn build_warns_of_a_trusted_proxy() {
    let (built, events) =
        capture(async { Gate::<User>::builder().scheme(proxy(&["10.1.2.3"])).build().is_ok() }).await;
    assert!(built);
    assert_eq!((events.len(), events[0].target, events[0].level), (1, "authgate::gate", Level::WARN));
    events[0].assert_fields(&[
        ("message", "a setting is weaker than the default"),
        ("reason", REASON),
        ("what", "TrustedProxy"),
    ]);
}
